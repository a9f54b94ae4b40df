import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CertificateFault } from './certificate-fault.js';

/** A certificate with its chain and the private key that belongs to it, as PEM. */
export interface ServerCertificate {
  readonly chain: string;
  readonly key: string;
  /** Of the whole file: a chain that has gained its issuer is another one, too. */
  readonly fingerprint: string;
  readonly validFromMilliseconds: number;
  readonly expiresAtMilliseconds: number;
}

/**
 * Reads both files and checks that they belong together. While a renewal writes them, one is
 * new and the other old, or half of it is there: such a pair is never handed to the server.
 * @throws CertificateFault
 */
export function readServerCertificate(certFile: string, keyFile: string): ServerCertificate {
  const chain = readText(certFile);
  const key = readText(keyFile);
  const certificate = attempt(() => new X509Certificate(chain), 'holds no certificate');
  const privateKey = attempt(() => createPrivateKey(key), 'comes with a file that holds no private key');
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateFault('and TLS_KEY_FILE do not belong together');
  }
  // OpenSSL has the last word: a damaged chain, a key that is too short.
  attempt(() => createSecureContext({ cert: chain, key }), 'is not accepted by OpenSSL');
  return {
    chain,
    key,
    fingerprint: createHash('sha256').update(chain).digest('hex'),
    validFromMilliseconds: certificate.validFromDate.getTime(),
    expiresAtMilliseconds: certificate.validToDate.getTime(),
  };
}

function readText(file: string): string {
  return attempt(() => readFileSync(file, 'utf8'), 'or TLS_KEY_FILE names a file that cannot be read');
}

function attempt<Result>(action: () => Result, fault: string): Result {
  try {
    return action();
  } catch (cause) {
    throw new CertificateFault(fault, { cause });
  }
}
