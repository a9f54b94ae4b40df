import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority } from '../support/certificates.js';
import { slowSenders } from '../support/slow-senders.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/* Who has not said what they want cannot keep a server from closing; who has is answered. */

const PATIENT = { HTTP_SERVER_HEADERS_TIMEOUT_SECONDS: '60', HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '60' };
const UPLOAD =
  'POST /v2/customers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n';

let shared: TestApp;
let files: CertificateFiles;

beforeAll(async () => {
  const authority = await TestAuthority.create('Test');
  files = await CertificateFiles.create(await authority.issue(['127.0.0.1']));
  shared = await createTestApp();
});
afterAll(async () => {
  await shared.stop();
  await files.remove();
});

async function closingMilliseconds(app: TestApp): Promise<number> {
  const start = performance.now();
  await app.stop();
  return performance.now() - start;
}

describe('a shutdown does not wait', () => {
  it.each([
    ['for half a request', 'GET / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
    ['for nothing at all', '', ''],
    ['for half a second request', 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nGET /he', ''],
  ])('%s', async (_what, beginning, drip) => {
    const app = await createTestApp({ besides: shared, environment: PATIENT });
    const senders = await slowSenders(app.url, 3, beginning, drip);
    await app.api.get('/health/live');

    expect(await closingMilliseconds(app)).toBeLessThan(10_000);
    await Promise.all(senders.map(({ end }) => end));
  });

  it.each(['', '\x16\x03\x01\x02\x00'])(
    'for the rest of a TLS handshake that begins with %j',
    async (beginning) => {
      const app = await createTestApp({ besides: shared, environment: { ...PATIENT, ...files.environment } });
      const senders = await slowSenders(app.url, 3, beginning, '');

      expect(await closingMilliseconds(app)).toBeLessThan(10_000);
      await Promise.all(senders.map(({ end }) => end));
    },
  );

  it('for the rest of a body longer than a body may take', async () => {
    const environment = { HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '1' };
    const app = await createTestApp({ besides: shared, environment });
    const [sender] = await slowSenders(app.url, 1, UPLOAD, ' ');
    await app.api.get('/health/live');

    expect(await closingMilliseconds(app)).toBeLessThan(10_000);
    await sender?.end;
  });
});
