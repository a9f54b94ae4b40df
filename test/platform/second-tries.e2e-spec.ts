import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeServers } from '../../dev/loopback-servers.ts';
import { hasCaddy, startCaddy, type ProxyOptions } from '../support/caddy.js';
import { TestAuthority } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';

/*
 * An instance that is lost with a request in its hands may have done what was asked. The proxy of Compose asks another one
 * only where doing it twice does no harm (RFC 9110, section 9.2.2).
 */

let folder: string;
/** What arrived anywhere, in this order. */
const arrived: string[] = [];

/** One instance that answers, and one that is lost with each request, while what is long is still being sent. */
const instances = [
  createServer((request, response) => {
    arrived.push(request.headers['x-request-id'] as string);
    response.writeHead(204).end();
  }),
  createServer((request) => {
    arrived.push(request.headers['x-request-id'] as string);
    setTimeout(() => request.socket.destroy(), 10);
  }),
];

/** More than the buffers between a proxy and an instance hold. */
const LONG_BODY = ' '.repeat(8_000_000);

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Sends requests until both instances must have met some. @returns the statuses, and which requests arrived twice */
async function sendMany(method: string, options: Partial<ProxyOptions> = {}, body?: string) {
  arrived.length = 0;
  const [apiPort = 0, plainPort = 0, identityProviderPort = 0] = await Promise.all(
    Array.from({ length: 3 }, () => freePort()),
  );
  const proxy = await startCaddy({
    folder,
    apiPort,
    plainPort,
    identityProviderPort,
    identityProvider: 0,
    instances: instances.map(portOf),
    ...options,
  });
  try {
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const init = { method, headers: { 'x-request-id': String(index) }, ...(body && { body }) };
        return (await fetch(`http://localhost:${plainPort}/v2/customers`, init)).status;
      }),
    );
    const repeated = arrived.filter((id, index) => arrived.indexOf(id) < index);
    return { statuses: new Set(statuses), repeated };
  } finally {
    await proxy.stop();
  }
}

describe.skipIf(!hasCaddy())('an instance that is lost with a request in its hands', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'secure-api-second-tries-'));
    const authority = await TestAuthority.create('The authority of this machine');
    await authority.writeTo(folder);
    await Promise.all(instances.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  });
  afterAll(async () => {
    await closeServers(instances);
    await rm(folder, { recursive: true });
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE'])(
    'is passed over by %s: another one answers',
    async (method) => {
      const sent = await sendMany(method);

      expect(sent.statuses).toEqual(new Set([204]));
      expect(sent.repeated).not.toEqual([]);
    },
  );

  it.each([
    ['POST', undefined],
    ['POST', '{}'],
    ['PATCH', '{}'],
    ['PUT', '{}'],
  ])('is not followed by a second one for %s with the body %s: the caller decides', async (method, body) => {
    const sent = await sendMany(method, {}, body);

    expect(sent.statuses).toEqual(new Set([204, 503]));
    expect(sent.repeated).toEqual([]);
  });

  it('is no fault of the caller, however much of the body was still to be sent', async () => {
    const sent = await sendMany('POST', { bodyLimitBytes: 10_000_000 }, LONG_BODY);

    expect(sent.statuses).toEqual(new Set([204, 503]));
  });

  it('counter-proof: a proxy for which each body is too long that is not sent blames the caller', async () => {
    const sent = await sendMany('POST', { bodyLimitBytes: 1 }, LONG_BODY);

    expect(sent.statuses).toContain(413);
  });

  it('counter-proof: with the methods that Caddy repeats by itself a DELETE is lost', async () => {
    const sent = await sendMany('DELETE', { repeats: 'GET' });

    expect(sent.statuses).toEqual(new Set([204, 503]));
  });

  it('counter-proof: a proxy that repeats every method asks twice to create', async () => {
    const sent = await sendMany('POST', { repeats: 'GET POST' });

    expect(sent.repeated).not.toEqual([]);
  });
});
