/** The states of a customer, from first contact to the end. */
export const CUSTOMER_STATUSES = ['lead', 'active', 'suspended', 'closed'] as const;

export type CustomerStatus = (typeof CUSTOMER_STATUSES)[number];

/** A customer as lists show it: nothing that is encrypted, so that a list decrypts nothing. */
export interface CustomerSummary {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly status: CustomerStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A customer as the application knows it; each version of the API shows it in its own shape. */
export interface Customer extends CustomerSummary {
  /** E.164. Encrypted. */
  readonly phone: string | null;
  /** Encrypted, and found by its blind index. */
  readonly taxId: string | null;
  /** Encrypted. */
  readonly notes: string | null;
}

/** What a caller decides about a customer. */
export type CustomerContent = Omit<Customer, 'id' | 'version' | 'createdAt' | 'updatedAt'>;

/** Lengths in UTF-16 code units; the DTOs of all versions use them. */
export const CUSTOMER_LIMITS = {
  name: 100,
  email: 254,
  phone: 16,
  taxId: 32,
  notes: 2000,
  search: 100,
} as const;

/** `+`, country code, number (ITU-T E.164). */
export const PHONE_PATTERN = /^\+[1-9][0-9]{6,14}$/;

/** No asterisk: a masked tax id that a client sends back must not overwrite the real one. */
export const TAX_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9 ./-]{3,31}$/;
