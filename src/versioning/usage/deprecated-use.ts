/** One route that is deprecated, as everybody calls it. */
export interface DeprecatedCall {
  /** Null for a route that belongs to no version. */
  readonly version: string | null;
  readonly method: string;
  /** The template, such as `/v1/customers/:id`. */
  readonly route: string;
}

/** Who called, as far as the credential says. */
export interface DeprecatedCaller {
  readonly keyId: string | null;
  readonly clientId: string | null;
  readonly subject: string;
}

/** How often one caller called one deprecated route on one day. */
export interface DeprecatedUse extends DeprecatedCall, DeprecatedCaller {
  /** In UTC, such as 2027-01-15. */
  readonly day: string;
  readonly count: number;
  readonly lastSeenAt: Date;
}
