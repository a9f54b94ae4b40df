import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as x509 from '@peculiar/x509';

type KeyPair = webcrypto.CryptoKeyPair;

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** For clients that know nothing better. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
/** Longer than what a proxy issues in its name. */
const AUTHORITY_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** A certificate with its private key, both PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority that exists for one test run. */
export class TestAuthority {
  private constructor(
    private readonly keys: KeyPair,
    private readonly own: x509.X509Certificate,
  ) {}

  static async create(name: string): Promise<TestAuthority> {
    const keys = await generateKeys();
    const own = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      ...lifetime(AUTHORITY_DAYS),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    });
    return new TestAuthority(keys, own);
  }

  /** The authority's own certificate, PEM: who has it trusts what it issues. */
  get certificate(): string {
    return this.own.toString('pem');
  }

  /** Writes authority.crt and authority.key, both PEM: for a proxy that issues in its name. */
  async writeTo(folder: string): Promise<void> {
    await writeFile(path.join(folder, 'authority.crt'), this.certificate);
    await writeFile(path.join(folder, 'authority.key'), await pemOf(this.keys.privateKey));
  }

  /** A server certificate for host names and IP addresses. */
  async issue(
    names: readonly string[],
    daysLeft = 1,
    kindOfKey: 'ecdsa' | 'rsa' = 'ecdsa',
  ): Promise<Certificate> {
    const keys = await generateKeys(kindOfKey === 'rsa' ? RSA : ALGORITHM);
    const alternatives = names.map((name) => ({
      type: /^[\d.]+$/.test(name) ? ('ip' as const) : ('dns' as const),
      value: name,
    }));
    const issued = await x509.X509CertificateGenerator.create({
      subject: `CN=${names[0]}`,
      issuer: this.own.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...lifetime(daysLeft),
      extensions: [new x509.SubjectAlternativeNameExtension(alternatives)],
    });
    return { certificate: issued.toString('pem'), privateKey: await pemOf(keys.privateKey) };
  }
}

async function pemOf(privateKey: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

function generateKeys(algorithm: typeof ALGORITHM | typeof RSA = ALGORITHM): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function lifetime(days = 1): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    notBefore: new Date(now - DAY_MILLISECONDS),
    notAfter: new Date(now + days * DAY_MILLISECONDS),
  };
}
