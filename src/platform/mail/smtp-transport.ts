import { Readable } from 'node:stream';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import { mailSource } from './mail-source.js';
import type { Delivery, Mail, MailTransport } from './mail-transport.js';
import { isRefusal, type SmtpFailure } from './smtp-refusal.js';

/** However slowly a server answers: well before another run may take the mail for forgotten. */
const SEND_WITHIN_MILLISECONDS = 120_000;

/** A mail server. Each mail has a connection of its own, so that no failure is another mail's. */
export class SmtpTransport implements MailTransport {
  private readonly server;

  constructor(options: SMTPTransportOptions) {
    this.server = createTransport(options);
  }

  /** Connects and logs in once, so that a server that is away fails the run before its first mail. */
  async open(): Promise<void> {
    await this.server.verify();
  }

  async send(mail: Mail): Promise<Delivery> {
    const source = await mailSource(mail);
    let hasBegun = false;
    // Read when there is somebody to write it to, and so what tells whether the mail can have left.
    const content = function* (): Generator<Buffer> {
      hasBegun = true;
      yield source;
    };
    try {
      await this.server.sendMail({
        envelope: { from: mail.from, to: mail.to },
        raw: Readable.from(content()),
        signal: AbortSignal.timeout(SEND_WITHIN_MILLISECONDS),
      });
      return { outcome: 'accepted' };
    } catch (error) {
      const outcome = isRefusal(error as SmtpFailure, hasBegun) ? 'refused' : 'unknown';
      return { outcome, reason: (error as Error).message };
    }
  }
}
