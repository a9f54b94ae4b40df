import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attacker } from '../../attack/engine/attacker.ts';
import { closeServers } from '../../dev/loopback-servers.ts';

/** How often it still says that there were too many. */
let refusals: number;
let retryAfter: string;
/** Time that goes by with each answer, for whoever looks at the clock. */
let milliseconds: number;
const server = createServer((_request, response) => {
  refusals -= 1;
  vi.advanceTimersByTime(milliseconds);
  response.writeHead(refusals < 0 ? 200 : 429, { 'retry-after': retryAfter }).end();
});

/** As everywhere but on loopback of Linux, where each attack comes from an address of its own. */
const ONE_ADDRESS = { areMany: false, next: () => undefined };

async function attackerWithOneAddress(): Promise<Attacker> {
  if (!server.listening) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  return new Attacker(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), ONE_ADDRESS);
}

describe('an attacker with one address', () => {
  beforeEach(() => {
    retryAfter = '0';
    milliseconds = 0;
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(() => closeServers([server]));

  it('waits for a limit as often as others are there first', async () => {
    refusals = 50;
    const attacker = await attackerWithOneAddress();

    const answer = await attacker.send({ method: 'GET', path: '/' });

    expect(answer.status).toBe(200);
    expect(attacker.answers).toHaveLength(51);
  });

  it('gives up after a minute', async () => {
    refusals = 100;
    milliseconds = 20_000;
    const attacker = await attackerWithOneAddress();

    const sent = attacker.send({ method: 'GET', path: '/' });

    await expect(sent).rejects.toThrow('a rate limit stands before it (429)');
    expect(attacker.answers).toHaveLength(4);
  });

  it('waits for no limit that lasts', async () => {
    refusals = 1;
    retryAfter = '3600';
    const attacker = await attackerWithOneAddress();

    await expect(attacker.send({ method: 'GET', path: '/' })).rejects.toThrow('429, for 3600 seconds');
  });

  it('takes the refusal itself where the limit is what it attacks', async () => {
    refusals = 1;
    const attacker = await attackerWithOneAddress();
    attacker.expectLimits();

    expect((await attacker.send({ method: 'GET', path: '/' })).status).toBe(429);
  });
});
