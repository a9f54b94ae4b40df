import type { FastifyRequest } from 'fastify';
import { expect, it, vi } from 'vitest';
import { ApiKeyAuthenticator } from '../src/api-keys/authentication/api-key-authenticator.js';
import { PushTrust } from '../src/api-keys/authentication/push-trust.js';
import { BearerAuthenticator } from '../src/auth/tokens/bearer-authenticator.js';
import { aKeyOf, aPerson } from '../test/support/api-keys.js';
import { createTestApp } from '../test/support/test-app.js';
import { RunningClock } from '../test/support/test-clock.js';
import { markdownTable, rounded, type Row } from './markdown-table.js';
import { publish } from './publish.js';
import { medianOf } from './statistics.js';

/*
 * npm run bench:api-keys: what it costs to know who calls, in CPU time of this process, once key or
 * token are known. Writes the table into the README of the folder.
 */

const README = 'src/api-keys/README.md';
const CALLS = 20_000;
const ROUNDS = 7;

/** As much of a request as an authenticator looks at. */
const requestWith = (name: string, value: string) => (): FastifyRequest =>
  ({
    raw: { rawHeaders: ['host', 'localhost', name, value] },
    headers: { [name]: value },
    query: {},
    ip: '198.51.100.7',
    trail: {},
  }) as unknown as FastifyRequest;

it('measures', async () => {
  const app = await createTestApp({ clock: new RunningClock() });
  const trust = app.nest.get(PushTrust, { strict: false });
  await vi.waitFor(() => expect(trust.isGiven).toBe(true), { timeout: 5000 });
  const keys = app.nest.get(ApiKeyAuthenticator, { strict: false });
  const tokens = app.nest.get(BearerAuthenticator, { strict: false });
  const person = await aPerson(app);
  const networks = Array.from({ length: 10 }, (_, index) => `198.51.${100 + index}.0/24`);
  const [plain, fenced] = [await aKeyOf(person), await aKeyOf(person, { allowedNetworks: networks })];
  const token = await app.issuer.token();
  const measurements = [
    { what: 'API key', authenticator: keys, request: requestWith('x-api-key', plain.key) },
    {
      what: 'API key with ten allowed networks',
      authenticator: keys,
      request: requestWith('x-api-key', fenced.key),
    },
    { what: 'access token', authenticator: tokens, request: requestWith('authorization', `Bearer ${token}`) },
  ];
  const rows: Row[] = [];
  for (const { what, authenticator, request } of measurements) {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const start = process.cpuUsage();
      for (let call = 0; call < CALLS; call += 1) {
        const { ok } = await authenticator.authenticate(request());
        expect(ok).toBe(true);
      }
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / CALLS);
    }
    // The first round warms up.
    const median = medianOf(times.slice(1));
    rows.push([what, rounded(median)]);
  }
  await app.stop();
  const table = markdownTable(['', 'µs of CPU for each request'], rows);
  await publish('api-keys', table, README);
  expect(rows).toHaveLength(measurements.length);
});
