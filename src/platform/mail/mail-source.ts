import { createTransport } from 'nodemailer';
import type { Mail } from './mail-transport.js';

/** The mail as it goes over the wire. Addresses are objects, which nodemailer does not take apart as lists. */
export async function mailSource({ from, to, ...mail }: Mail): Promise<Buffer> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = (await composer.sendMail({
    ...mail,
    from: { name: '', address: from },
    to: { name: '', address: to },
    // RFC 3834: nobody's out-of-office answers this, and then the answer to that.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    xMailer: false,
  })) as { message: Buffer };
  return message;
}
