import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority } from '../support/certificates.js';
import { hasSslscan, sslscan } from '../support/sslscan.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { getTls, handshake, type Handshake } from '../support/tls-client.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody on the way lets both sides agree on something old, and breaks that; or
 * records everything today and opens it with a key that he steals, or computes, tomorrow.
 */

let authority: TestAuthority;
let files: CertificateFiles;
let app: TestApp;
let undefended: TestApp;

beforeAll(async () => {
  authority = await TestAuthority.create('Test');
  files = await CertificateFiles.create(await authority.issue(['127.0.0.1']));
  app = await createTestApp({ environment: files.environment });
  undefended = await createTestApp({
    besides: app,
    environment: files.environment,
    removal: without('TLS profile'),
  });
});
afterAll(async () => {
  await undefended.stop();
  await app.stop();
  await files.remove();
});

/** What a client with its own security taken out gets of a server. */
function shake(target: TestApp, version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', ciphers = 'ALL') {
  return handshake(target.url, {
    ca: authority.certificate,
    minVersion: version,
    maxVersion: version,
    ciphers: `${ciphers}:@SECLEVEL=0`,
  });
}

describe('the version', () => {
  it('[P4.1] is 1.3 with everybody who knows it', async () => {
    const agreed = await handshake(app.url, { ca: authority.certificate });

    expect(agreed.protocol).toBe('TLSv1.3');
  });

  it('[P4.1] is 1.2 with clients who know nothing newer', async () => {
    expect((await shake(app, 'TLSv1.2')).protocol).toBe('TLSv1.2');
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('[P4.1] is never %s', async (version) => {
    await expect(shake(app, version)).rejects.toThrow(/alert protocol version/);
  });

  it('[P4.1] is 1.3 alone under the modern profile', async () => {
    const modern = await createTestApp({
      besides: app,
      environment: { ...files.environment, TLS_PROFILE: 'modern' },
    });

    const refused = await shake(modern, 'TLSv1.2').catch((error: Error) => error.message);
    const agreed = await shake(modern, 'TLSv1.3');
    await modern.stop();

    expect(refused).toMatch(/alert protocol version/);
    expect(agreed.protocol).toBe('TLSv1.3');
  });

  it('[P4.1] counter-proof: without the profile, a client of 1999 is served', async () => {
    expect((await shake(undefended, 'TLSv1')).protocol).toBe('TLSv1');
  });

  it('[P4.1] serves requests: the chain is trusted and the answer comes', async () => {
    const response = await getTls(`${app.url}/health/live`, { ca: authority.certificate });

    expect(response).toMatchObject({ status: 200, body: '{"status":"live"}' });
  });
});

describe('the cipher suite', () => {
  it.each([
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
  ])('[P4.2] is what the client prefers among the strong ones: %s', async (suite) => {
    expect((await shake(app, 'TLSv1.2', suite)).suite).toBe(suite);
  });

  it.each([
    ['without authenticated encryption', 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA'],
    ['without forward secrecy', 'AES128-GCM-SHA256:AES256-GCM-SHA384'],
    ['of the finite-field kind', 'DHE-RSA-AES128-GCM-SHA256'],
    ['without authentication', 'aNULL'],
    ['with a truncated tag', 'ECDHE-ECDSA-AES128-CCM8'],
  ])('[P4.2] is never one %s', async (_what, suites) => {
    await expect(shake(app, 'TLSv1.2', suites)).rejects.toThrow(/handshake failure/);
  });

  it('[P4.2] counter-proof: without the profile, CBC is agreed on', async () => {
    expect((await shake(undefended, 'TLSv1.2', 'ECDHE-ECDSA-AES256-SHA')).suite).toBe(
      'ECDHE-ECDSA-AES256-SHA',
    );
  });

  it('[P4.2] is keyed by the hybrid group when the client has it', async () => {
    const hybrid = await handshake(app.url, { ca: authority.certificate, ecdhCurve: 'X25519MLKEM768' });
    const tooSmall = handshake(app.url, { ca: authority.certificate, ecdhCurve: 'secp256k1' });

    expect(hybrid.protocol).toBe('TLSv1.3');
    await expect(tooSmall).rejects.toThrow();
  });
});

describe.skipIf(!hasSslscan())('a scanner', () => {
  it('[P4.2] finds TLS 1.2 and 1.3 with strong suites, and nothing else', async () => {
    const report = await sslscan(app.url);

    const accepted = report.split('\n').filter((line) => /^\s*(Preferred|Accepted)\s/.test(line));
    expect(accepted.length).toBeGreaterThan(3);
    expect(
      accepted.filter((line) => !/TLSv1\.3 .* TLS_|TLSv1\.2 .* ECDHE-\S+(GCM|CHACHA20)/.test(line)),
    ).toEqual([]);
    for (const version of ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1']) {
      expect(report).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\s+disabled`, 'm'));
    }
    expect(report).toMatch(/Session renegotiation not supported/);
    expect(report).not.toMatch(/(?<!not )vulnerable|Compression enabled/);
  });

  it('[P4.1] counter-proof: without the profile, it finds old versions', async () => {
    expect(await sslscan(undefended.url)).toMatch(/^TLSv1\.0\s+enabled/m);
  });
});

describe('bytes inside TLS that are no request', () => {
  it('[P4.6] get a problem document with the safe headers, whole, and then the end', async () => {
    const socket = tlsConnect({
      host: '127.0.0.1',
      port: Number(new URL(app.url).port),
      ca: authority.certificate,
    });
    socket.write('HELLO\r\n\r\n');

    const answer = await text(socket);

    expect(answer).toMatch(
      /^HTTP\/1\.1 400 .*x-content-type-options: nosniff\r\n.*"code":"request\.malformed"/s,
    );
  });
});

describe('plain HTTP on the port of TLS', () => {
  it('[P1.3] gets no answer, not even one that names the server, and the next client is served', async () => {
    const { port } = new URL(app.url);
    const answer = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n'),
      );
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(chunks)));
    });
    const next: Handshake = await handshake(app.url, { ca: authority.certificate });

    // At most a TLS alert: two bytes in a record of type 21.
    expect([0, 7]).toContain(answer.length);
    expect(answer.toString('latin1')).not.toContain('HTTP');
    expect(next.protocol).toBe('TLSv1.3');
  });
});
