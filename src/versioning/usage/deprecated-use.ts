/** One route that is deprecated, as everybody calls it. */
export interface CalledRoute {
  /** Null for a route that belongs to no version. */
  readonly version: string | null;
  readonly method: string;
  /** The template, such as `/v1/customers/:id`. */
  readonly route: string;
}

/** One call of it. */
export interface DeprecatedCall extends CalledRoute {
  /** When it began. */
  readonly at: Date;
}

/** Who called, as far as the credential says. */
export interface DeprecatedCaller {
  readonly keyId: string | null;
  readonly clientId: string | null;
  readonly subject: string;
}

/** How often one caller called one deprecated route on one day. */
export interface DeprecatedUse extends CalledRoute, DeprecatedCaller {
  /** In UTC, such as 2027-01-15. */
  readonly day: string;
  readonly count: number;
  readonly lastSeenAt: Date;
}
