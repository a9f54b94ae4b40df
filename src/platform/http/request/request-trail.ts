import type { TraceContext } from './trace-context.js';

/** Who calls, in the words of the log: identifiers only, never a credential. */
export interface Actor {
  readonly subject: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  /** Identifies the credential without being it, such as a token's `jti`. */
  readonly credentialId: string | null;
}

/** What becomes known about a request while it is handled, for its log line and its events. */
export interface RequestTrail {
  actor?: Actor;
  /** The credential was refused, and was good once. */
  isCredentialOutdated?: boolean;
  authorization?: 'allowed' | 'refused';
}

declare module 'fastify' {
  interface FastifyRequest {
    trail: RequestTrail;
    /** Absent until the head was looked at. */
    trace?: TraceContext;
  }
}
