/** Who is calling, whichever way they proved it. */
export interface Principal {
  /** Stable identifier at the issuer (`sub`). */
  readonly subject: string;
  /** Whose data the caller works on; every tenant-owned row is seen through it. */
  readonly tenantId: string;
  /** The OAuth client that acts for the subject, when the credential says so. */
  readonly clientId: string | null;
  /** Identifies the credential without being it (a token's `jti`). */
  readonly credentialId: string | null;
  /** Since when the credential is good, in seconds since the Unix epoch: what was taken back is refused by it. */
  readonly issuedAtSeconds: number;
  /** Name of the rate plan of this credential; absent when the subject's ordinary rate holds. */
  readonly ratePlan?: string;
  /** The credential may not change anything, whatever its scopes say. */
  readonly isReadOnly?: boolean;
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; absent on public routes. */
    principal?: Principal;
  }
}
