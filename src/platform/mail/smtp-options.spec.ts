import { describe, expect, it } from 'vitest';
import { smtpOptions, smtpUrlFault } from './smtp-options.js';

const inProduction = (url: string) => smtpOptions(url, { isProduction: true });
const inDevelopment = (url: string) => smtpOptions(url, { isProduction: false });

describe('the URL of a mail server', () => {
  it.each(['smtps://mail.example.com', 'smtp://u:p%40ss@mail.example.com:2525/', 'smtp://[::1]:25'])(
    'may be %s',
    (url) => expect(smtpUrlFault(url)).toBeNull(),
  );

  it.each([
    'mail.example.com',
    'https://mail.example.com',
    'smtp://',
    'smtps://mail.example.com/?tls.rejectUnauthorized=false',
    'smtp://mail.example.com?ignoreTLS=true',
    'smtps://mail.example.com/path',
    'smtps://mail.example.com/#x',
    'smtps://us%er:p@mail.example.com',
  ])('is not %s', (url) => expect(smtpUrlFault(url)).not.toBeNull());
});

describe('a connection to a mail server', () => {
  it('verifies the certificate, whichever way TLS begins', () => {
    expect(inProduction('smtps://mail.example.com')).toMatchObject({ port: 465, secure: true });
    expect(inProduction('smtp://mail.example.com')).toMatchObject({ port: 587, requireTLS: true });
    for (const url of ['smtps://mail.example.com', 'smtp://mail.example.com', 'smtp://127.0.0.1']) {
      expect(inDevelopment(url)).toMatchObject({ tls: { rejectUnauthorized: true } });
    }
  });

  it.each([
    ['smtp://127.0.0.1', true, true],
    ['smtp://mail.example.com', false, true],
    ['smtp://localhost', false, false],
    ['smtp://[::1]', false, false],
  ])('to %s (production: %s) demands STARTTLS: %s', (url, isProduction, requireTLS) => {
    expect(smtpOptions(url, { isProduction })).toMatchObject({ requireTLS });
  });

  it('logs in with what the URL says, decoded, and never goes on without', () => {
    expect(inProduction('smtps://me%40example.com:p%2Fw@mail.example.com')).toMatchObject({
      auth: { user: 'me@example.com', pass: 'p/w' },
      forceAuth: true,
    });
    expect(inProduction('smtps://mail.example.com')).not.toHaveProperty('auth');
  });
});
