import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mailSource } from './mail-source.js';
import type { Delivery, Mail, MailTransport } from './mail-transport.js';

/** Files that every mail program opens, for whoever wants to look first, or sends by other means. */
export class FileTransport implements MailTransport {
  constructor(private readonly folder: string) {}

  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  async send(mail: Mail): Promise<Delivery> {
    const name = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 32);
    try {
      await writeFile(path.join(this.folder, `${name}.eml`), await mailSource(mail), { mode: 0o600 });
      return { outcome: 'accepted' };
    } catch (error) {
      return { outcome: 'refused', reason: (error as Error).message };
    }
  }
}
