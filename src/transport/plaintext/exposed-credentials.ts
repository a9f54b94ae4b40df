import type { IncomingHttpHeaders } from 'node:http';

/** The ways in which a request carries a credential; an event names them, never their values. */
const CREDENTIAL_CARRIERS = ['authorization', 'x-api-key', 'cookie', 'access_token'] as const;

export type CredentialCarrier = (typeof CREDENTIAL_CARRIERS)[number];

/** Where a request carries a credential: in a header, or in the query as RFC 6750 §2.3 once allowed. */
export function exposedCredentials(headers: IncomingHttpHeaders, query: unknown): CredentialCarrier[] {
  return CREDENTIAL_CARRIERS.filter((carrier) =>
    carrier === 'access_token' ? isIn(query, carrier) : headers[carrier] !== undefined,
  );
}

function isIn(query: unknown, name: string): boolean {
  return typeof query === 'object' && query !== null && name in query;
}
