/** The issuer, or the answer that a browser brought from it, says no; the reason is one short word. */
export class RefusedByIssuer extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`refused: ${reason}`, options);
  }
}

/** The issuer cannot be reached, or has a fault of its own: nothing is known about the grant. */
export class IssuerUnreachable extends Error {}
