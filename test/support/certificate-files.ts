import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Certificate } from './certificates.js';

/** A certificate and its key as the files that an operator names. */
export class CertificateFiles {
  private constructor(private readonly folder: string) {}

  static async create(certificate: Certificate): Promise<CertificateFiles> {
    const files = new CertificateFiles(await mkdtemp(path.join(tmpdir(), 'secure-api-certificate-')));
    await files.replace(certificate);
    return files;
  }

  /** The variables that make a server use them. */
  get environment(): Record<string, string> {
    return { TLS_CERT_FILE: this.certificate, TLS_KEY_FILE: this.key };
  }

  async replace({ certificate, privateKey }: Partial<Certificate>): Promise<void> {
    if (privateKey !== undefined) {
      await this.write(this.key, privateKey);
    }
    if (certificate !== undefined) {
      await this.write(this.certificate, certificate);
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get certificate(): string {
    return path.join(this.folder, 'server.pem');
  }

  private get key(): string {
    return path.join(this.folder, 'server.key');
  }

  /** In one step, as ACME clients do. */
  private async write(file: string, text: string): Promise<void> {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
