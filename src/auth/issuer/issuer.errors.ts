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

/** Refusals of this client as such: people and their sessions are not at fault, and go on once that is mended. */
const FAULTS_OF_OURS = new Set(['invalid_client', 'unauthorized_client', 'insecure_endpoint']);

export function isFaultOfOurs({ reason }: RefusedByIssuer): boolean {
  return FAULTS_OF_OURS.has(reason);
}
