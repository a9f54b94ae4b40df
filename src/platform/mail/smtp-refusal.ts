/** What nodemailer says of a failure. */
export interface SmtpFailure {
  readonly code?: string | undefined;
  /** Of the server's answer, when it gave one. */
  readonly responseCode?: number | undefined;
}

/**
 * Whether certainly nobody has the mail. Before the server was connected, trusted and logged in to, it never
 * left; and a server that answers 4xx or 5xx has not taken it over (RFC 5321 §4.2.1). A connection that
 * breaks after that is no refusal: the server may have the mail, and only its answer may be lost (RFC 1047).
 */
export function isRefusal({ code, responseCode = 0 }: SmtpFailure, hasBegun: boolean): boolean {
  return !hasBegun || code === 'EENVELOPE' || (responseCode >= 400 && responseCode < 600);
}
