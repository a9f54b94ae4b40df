export type ContainmentKind = 'subject' | 'client' | 'api_key' | 'address';

/** Somebody, or some place, that is kept out while an incident lasts. */
export interface Containment {
  readonly id: string;
  readonly kind: ContainmentKind;
  /** Null for addresses, which belong to no tenant. */
  readonly tenantId: string | null;
  /** The subject, the client, the id of the key, or the address or CIDR block. */
  readonly value: string;
  /** Credentials that were issued before are refused; null refuses all of them. */
  readonly notBefore: Date | null;
  /** Null: until it is lifted. */
  readonly expiresAt: Date | null;
}

/** On which every instance is told that the containments have changed. */
export const CONTAINMENT_TOPIC = 'containment';
