import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { CertificateExpiry } from '../../src/transport/tls/certificate-expiry.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority, type Certificate } from '../support/certificates.js';
import { testEnvironment } from '../support/environment.js';
import { METRICS_ENVIRONMENT, samplesOf } from '../support/scraper.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { getTls, handshake } from '../support/tls-client.js';
import { without } from '../support/without.js';

/*
 * The attack is our own: nobody renews the certificate until it has ended, or the renewal cuts
 * every client off, or leaves a server with half a certificate that serves nobody.
 */

const NAMES = ['127.0.0.1'];
const EVERY_SECOND = { TLS_RENEWAL_CHECK_SECONDS: '1' };

let authority: TestAuthority;
let shared: TestApp;

beforeAll(async () => {
  authority = await TestAuthority.create('Test');
  shared = await createTestApp();
});
afterAll(() => shared.stop());

interface Served {
  readonly app: TestApp;
  readonly files: CertificateFiles;
  readonly fingerprint: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** An application that serves a certificate from files. */
async function serve(certificate: Certificate, options: TestAppOptions = {}): Promise<Served> {
  const files = await CertificateFiles.create(certificate);
  const app = await createTestApp({
    besides: shared,
    ...options,
    environment: { ...files.environment, ...options.environment },
  });
  return {
    app,
    files,
    fingerprint: async () => (await handshake(app.url, { ca: authority.certificate })).fingerprint,
    end: async () => {
      await app.stop();
      await files.remove();
    },
  };
}

describe('a renewed chain', () => {
  it('[P4.5] is taken into use when it gains what its first half lacked', async () => {
    const whole = await authority.issue(NAMES);
    const served = await serve(whole, { environment: EVERY_SECOND });

    await served.files.replace({ certificate: `${whole.certificate}\n${authority.certificate}` });

    await vi.waitFor(async () => expect(await chainLength(served.app.url)).toBe(2), { timeout: 5000 });
    await served.end();
  });

  it('[P4.5] that nobody would accept does not replace one that is good', async () => {
    const good = await authority.issue(NAMES);
    const served = await serve(good, { environment: EVERY_SECOND });
    const before = await served.fingerprint();

    await served.files.replace(await authority.issue(NAMES, -0.5));

    await vi.waitFor(() => expect(logged('is not valid at this time')).not.toEqual([]), { timeout: 5000 });
    expect(await served.fingerprint()).toBe(before);
    await served.end();
  });
});

/** How many certificates the server sends. */
function chainLength(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const first = socket.getPeerCertificate(true);
      socket.end();
      resolve(first.issuerCertificate && first.issuerCertificate !== first ? 2 : 1);
    });
    socket.on('error', reject);
  });
}

/** The lines that the application has logged with these words. */
function logged(words: string): unknown[] {
  return shared.log.all.filter((line) => JSON.stringify(line).includes(words));
}

describe('a renewed certificate', () => {
  it('[P4.5] is taken into use under load: no request fails, and open connections go on', async () => {
    const { app, files, fingerprint, end } = await serve(await authority.issue(NAMES), {
      environment: EVERY_SECOND,
    });
    const before = await fingerprint();
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const request = { ca: authority.certificate, agent };
    const statuses: number[] = [];
    const over = new AbortController();
    const load = Array.from({ length: 8 }, async (_, index) => {
      while (!over.signal.aborted) {
        // Every other client makes a new connection for each request.
        const options = index % 2 === 0 ? request : { ca: authority.certificate };
        statuses.push((await getTls(`${app.url}/health/live`, options)).status);
      }
    });

    await files.replace(await authority.issue(NAMES));
    await vi.waitFor(async () => expect(await fingerprint()).not.toBe(before), {
      timeout: 5000,
      interval: 50,
    });
    over.abort();
    await Promise.all(load);

    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([200]));
    agent.destroy();
    await end();
  });

  it('[P4.5] is looked for at once on SIGHUP, and keeps versions and suites', async () => {
    const { app, files, fingerprint, end } = await serve(await authority.issue(NAMES));
    const before = await fingerprint();
    await files.replace(await authority.issue(NAMES));

    process.kill(process.pid, 'SIGHUP');
    await vi.waitFor(async () => expect(await fingerprint()).not.toBe(before), {
      timeout: 5000,
      interval: 20,
    });

    const old = handshake(app.url, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    await expect(old).rejects.toThrow(/alert protocol version/);
    await end();
  });

  it('[P4.2] or a day that has passed brings new keys for session tickets', async () => {
    const { app, end } = await serve(await authority.issue(NAMES));
    const client = { ca: authority.certificate, maxVersion: 'TLSv1.2' } as const;
    const first = await handshake(app.url, client);
    const again = () => handshake(app.url, { ...client, session: first.session });

    expect((await again()).isResumed).toBe(true);
    app.clock.advanceSeconds(90_000);
    process.kill(process.pid, 'SIGHUP');
    await vi.waitFor(async () => expect((await again()).isResumed).toBe(false), { timeout: 5000 });

    await end();
  });

  it.each([
    ['a certificate without its key', async (next: Certificate) => ({ certificate: next.certificate })],
    [
      'half a certificate',
      async (next: Certificate) => ({ ...next, certificate: next.certificate.slice(0, 300) }),
    ],
    ['half a key', async (next: Certificate) => ({ ...next, privateKey: next.privateKey.slice(0, 90) })],
  ])('[P4.5] that is broken leaves the old one in use and is told once: %s', async (_what, broken) => {
    const { files, fingerprint, end } = await serve(await authority.issue(NAMES));
    const before = await fingerprint();
    const faultsBefore = logged('the certificate in use is kept').length;
    const next = await authority.issue(NAMES);
    await files.replace(await broken(next));

    process.kill(process.pid, 'SIGHUP');
    process.kill(process.pid, 'SIGHUP');
    await vi.waitFor(() => expect(logged('the certificate in use is kept')).toHaveLength(faultsBefore + 1), {
      timeout: 5000,
    });
    expect(await fingerprint()).toBe(before);

    await files.replace(next);
    process.kill(process.pid, 'SIGHUP');
    await vi.waitFor(async () => expect(await fingerprint()).not.toBe(before), { timeout: 5000 });
    expect(logged('the certificate in use is kept')).toHaveLength(faultsBefore + 1);
    await end();
  });

  it('[P4.5] counter-proof: without the renewal, the old one is served until it has ended', async () => {
    const { files, fingerprint, end } = await serve(await authority.issue(NAMES), {
      environment: EVERY_SECOND,
      removal: without('certificate renewal'),
    });
    const before = await fingerprint();

    await files.replace(await authority.issue(NAMES));
    const look = vi.waitFor(async () => expect(await fingerprint()).not.toBe(before), { timeout: 1500 });

    await expect(look).rejects.toThrow();
    await end();
  });
});

describe('a certificate that ends', () => {
  const warnings = (): unknown[] =>
    shared.log.all
      .filter((line) => line['securityEvent'] === 'sys_certificate_expiry')
      .map((line) => line['daysLeft']);

  it('[P4.5] is announced 21, 7 and 1 days ahead, each once, and is measured', async () => {
    const { app, end } = await serve(await authority.issue(NAMES, 30), { environment: METRICS_ENVIRONMENT });
    const expiry = app.nest.get(CertificateExpiry);
    const start = warnings().length;
    const days: number[] = [];
    const [sample] = await samplesOf(app, 'certificate_expiry_seconds');
    for (let day = 0; day < 31; day += 1) {
      days.push(Math.round(expiry.daysLeft() ?? Number.NaN));
      app.clock.advanceSeconds(86_400);
      expiry.check();
      expiry.check();
    }

    expect(warnings().slice(start)).toEqual([21, 7, 1]);
    expect(days.slice(0, 3)).toEqual([30, 29, 28]);
    expect(Number(sample?.split(' ')[1]) / 86_400).toBeCloseTo(30, 1);
    expect(Math.round(expiry.daysLeft() ?? Number.NaN)).toBe(-1);
    await end();
  });

  it('[P4.5] is announced at the start with its most urgent warning only, and again for its successor', async () => {
    const start = warnings().length;
    const { files, app, end } = await serve(await authority.issue(NAMES, 5.5));

    await files.replace(await authority.issue(NAMES, 6.5));
    process.kill(process.pid, 'SIGHUP');
    await vi.waitFor(() => expect(warnings().slice(start)).toEqual([5.5, 6.5]), { timeout: 5000 });

    expect(app.nest.get(CertificateExpiry).daysLeft()).toBeCloseTo(6.5, 1);
    await end();
  });

  it('[P4.5] is no matter of a server without TLS', () => {
    expect(shared.nest.get(CertificateExpiry).daysLeft()).toBeNull();
  });
});

describe('a certificate that cannot be used', () => {
  const start = (variables: Record<string, string>): unknown =>
    parseConfiguration(CONFIG_SLICES, {
      ...testEnvironment('postgresql://db.example/secure_api', 'https://id.example'),
      ...variables,
    });

  it('[P4.5] stops the start, with a reason and without a path or a byte of it', async () => {
    const files = await CertificateFiles.create(await authority.issue(NAMES));
    const { TLS_CERT_FILE, TLS_KEY_FILE } = files.environment as Record<
      'TLS_CERT_FILE' | 'TLS_KEY_FILE',
      string
    >;

    expect(start({ TLS_CERT_FILE, TLS_KEY_FILE })).toBeDefined();
    expect(() => start({ TLS_CERT_FILE })).toThrow('TLS_KEY_FILE is missing');
    expect(() => start({ TLS_KEY_FILE })).toThrow('TLS_CERT_FILE is missing');
    expect(() => start({ TLS_CERT_FILE: '/no/such/file', TLS_KEY_FILE })).toThrow(
      /TLS_CERT_FILE .* cannot be read$/,
    );
    expect(() => start({ TLS_CERT_FILE: TLS_KEY_FILE, TLS_KEY_FILE })).toThrow('holds no certificate');
    expect(() => start({ TLS_CERT_FILE, TLS_KEY_FILE: TLS_CERT_FILE })).toThrow('no private key');
    await files.replace({ privateKey: (await authority.issue(NAMES)).privateKey });
    expect(() => start({ TLS_CERT_FILE, TLS_KEY_FILE })).toThrow('do not belong together');
    await files.remove();
  });
});
