/** One e-mail as it is handed over: plain text to one address. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for the same notice, so that a mail system that gets it twice can tell. */
  readonly messageId: string;
  readonly date: Date;
}

/**
 * `refused`: certainly nobody has it, and somebody may try again. `unknown`: the connection broke when
 * the mail was already on its way.
 */
export type Delivery =
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused' | 'unknown'; readonly reason: string };

/** A way to send e-mail. */
export interface MailTransport {
  /** @throws Error when nothing could be sent: before anything is claimed */
  open(): Promise<void>;
  send(mail: Mail): Promise<Delivery>;
}
