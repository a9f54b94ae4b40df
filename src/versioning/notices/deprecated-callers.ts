/** How a client of a tenant still calls a version. */
export interface DeprecatedCall {
  readonly tenantId: string;
  readonly method: string;
  /** As a template, such as `/v1/customers/:id`. */
  readonly route: string;
  /** Empty when no API key was used. */
  readonly keyId: string;
  /** Empty when the credential names no client. */
  readonly clientId: string;
  readonly subject: string;
  readonly count: number;
  readonly lastSeenAt: Date;
}

/** Who still calls what. */
export interface DeprecatedCallers {
  /** The calls of a version from that day on, over all tenants, each of their clients and routes once. */
  callsOf(version: string, since: Date): Promise<readonly DeprecatedCall[]>;
}
