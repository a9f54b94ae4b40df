import { mailSource } from './mail-source.js';
import type { Delivery, Mail, MailTransport } from './mail-transport.js';

/** The terminal, for development. */
export class ConsoleTransport implements MailTransport {
  open(): Promise<void> {
    return Promise.resolve();
  }

  async send(mail: Mail): Promise<Delivery> {
    process.stdout.write(`${(await mailSource(mail)).toString('utf8')}\n`);
    return { outcome: 'accepted' };
  }
}
