import type { ObtainedTokens } from '../issuer/issuer-client.js';

/** A person at a browser, logged in. */
export interface Session {
  readonly id: string;
  readonly tenantId: string;
  readonly subject: string;
  /** Sessions that end together: those of one log-in at the issuer. */
  readonly family: string;
  readonly tokens: ObtainedTokens;
  /** How often the tokens were renewed. */
  readonly renewals: number;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
}

/** What a person recognises a session by. */
export interface Device {
  readonly address: string;
  readonly userAgent: string | null;
}

/** A session as it stands in a list. */
export interface SessionSummary {
  readonly id: string;
  readonly subject: string;
  readonly device: Device | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
}

/** When a session ends if nobody does anything. */
export function endOf({ idleExpiresAt, expiresAt }: Pick<Session, 'idleExpiresAt' | 'expiresAt'>): Date {
  return idleExpiresAt < expiresAt ? idleExpiresAt : expiresAt;
}
