import type { SMTPTransportOptions } from 'nodemailer';
import { isLoopbackHost } from '../config/loopback-host.js';

const SECONDS = 1000;

/** What is wrong with the URL of a mail server, or null. */
export function smtpUrlFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    return 'is not an smtp or smtps URL';
  }
  if (!isDecodable(url)) {
    return 'has credentials with a malformed escape';
  }
  // nodemailer would take any of its options from here, such as one that verifies no certificate.
  return url.search === '' && url.hash === '' && ['', '/'].includes(url.pathname)
    ? null
    : 'has more than credentials, host and port';
}

/**
 * How the mail server of a URL is reached: with TLS from the first byte (`smtps`), or with STARTTLS, which
 * is demanded, because whoever is on the way could otherwise take the offer away (RFC 3207 §6).
 * Only outside production, and only on this very machine, `smtp` is taken as it comes.
 */
export function smtpOptions(text: string, { isProduction }: { isProduction: boolean }): SMTPTransportOptions {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[(.+)\]$/, '$1');
  const isSecure = url.protocol === 'smtps:';
  return {
    host,
    port: Number(url.port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: !isSecure && (isProduction || !isLoopbackHost(host)),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    ...(url.username === '' ? {} : { auth: credentialsOf(url), forceAuth: true }),
    connectionTimeout: 10 * SECONDS,
    greetingTimeout: 10 * SECONDS,
    dnsTimeout: 10 * SECONDS,
    socketTimeout: 30 * SECONDS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

function isDecodable(url: URL): boolean {
  try {
    credentialsOf(url);
    return true;
  } catch {
    return false;
  }
}

function credentialsOf({ username, password }: URL): { user: string; pass: string } {
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}
