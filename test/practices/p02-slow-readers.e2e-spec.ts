import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, StreamableFile, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Authenticators } from '../../src/auth/access/authenticators.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import type { CustomerSummary } from '../../src/customers/customer.js';
import { Throttled } from '../../src/rate-limit/throttling/throttled.decorator.js';
import { PATIENCE } from '../support/patience.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: somebody takes the few places that there are, and neither reads nor hangs up; or
 * hangs up at the one moment at which nobody looks.
 */

const PATH = '/v2/customers/export';
/** Far more than the buffers between two ends of a connection hold. */
const MANY_READS = 200;
const environment = { THROTTLE_MAX_CONCURRENT: '2', THROTTLE_MAX_WAIT_SECONDS: '1' };

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment });
});
afterAll(() => app.stop());

/** An endless answer that may take a second. */
@Controller({ path: 'endless', version: VERSION_NEUTRAL })
class EndlessController {
  @Get()
  @RequireScopes('customers:read')
  @Throttled({ maxSeconds: 1 })
  read(): StreamableFile {
    const pieces = (function* () {
      for (;;) {
        yield 'x'.repeat(100_000);
      }
    })();
    return new StreamableFile(Readable.from(pieces, { objectMode: false }));
  }
}

@Module({ controllers: [EndlessController] })
class EndlessModule {}

describe('a reader that is slow on purpose', () => {
  it('[P2.4] is cut off after the time allowed, and its place is free', async () => {
    const single = { ...environment, THROTTLE_MAX_CONCURRENT: '1' };
    const instance = await createTestApp({ besides: app, environment: single, modules: [EndlessModule] });
    const headers = { authorization: `Bearer ${await instance.issuer.token()}` };
    const readSlowly = async (): Promise<IncomingMessage> => {
      const request = get(`${instance.url}/endless`, { headers, agent: false });
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      return answer.pause().on('error', () => undefined);
    };

    const first = await readSlowly();
    await delay(1200);
    const second = await readSlowly();

    first.resume();
    await vi.waitFor(() => expect(first.destroyed).toBe(true), { timeout: 5000 });
    expect([first.statusCode, first.complete, second.statusCode]).toEqual([200, false, 200]);
    second.destroy();
    await instance.stop();
  });

  it('[P2.4] stops the reading, and gives its place back when it leaves', async () => {
    const instance = await createTestApp({ besides: app, environment });
    const repository = instance.nest.get(CustomersRepository);
    let reads = 0;
    const row = {
      givenName: 'x'.repeat(100),
      familyName: 'y'.repeat(100),
      email: 'e',
      status: 'active',
      version: 1,
    };
    const times = { createdAt: new Date(0), updatedAt: new Date(0) };
    vi.spyOn(repository, 'list').mockImplementation((_list, limit) => {
      reads += 1;
      const batch = Array.from({ length: limit }, (_, index) => ({
        ...row,
        ...times,
        id: `${reads}-${index}`,
      }));
      return Promise.resolve(batch as CustomerSummary[]);
    });
    /** How many there are once none is added any more; reading that never stops ends it as well. */
    const readsAtStandstill = async (): Promise<number> => {
      const seen = reads;
      await delay(300);
      return reads === seen || reads >= MANY_READS ? reads : readsAtStandstill();
    };

    const token = await instance.issuer.token();
    const request = get(instance.url + PATH, { headers: { authorization: `Bearer ${token}` } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.pause();

    const readsWhileFull = await readsAtStandstill();
    request.destroy();
    const readsAfterwards = await readsAtStandstill();

    expect(readsWhileFull).toBeGreaterThan(0);
    expect(readsWhileFull).toBeLessThan(MANY_READS);
    expect(readsAfterwards).toBeLessThan(MANY_READS);
    await instance.stop();
  });

  it('[P2.4] holds no place when it left while its token was being checked', async () => {
    const authenticators = app.nest.get(Authenticators);
    const headers = { authorization: `Bearer ${await app.issuer.token()}` };
    const left = Promise.withResolvers<void>();
    const really = authenticators.authenticate.bind(authenticators);
    const spy = vi.spyOn(authenticators, 'authenticate').mockImplementation(async (request) => {
      await left.promise;
      return really(request);
    });
    for (let client = 0; client < 4; client += 1) {
      const request = get(app.url + PATH, { headers, agent: false }).on('error', () => undefined);
      await vi.waitFor(() => expect(spy).toHaveBeenCalledTimes(client + 1), PATIENCE);
      request.destroy();
    }
    await delay(100);

    left.resolve();
    await delay(50);
    spy.mockRestore();
    const answer = await fetch(app.url + PATH, { headers });

    expect(answer.status).toBe(200);
    await answer.text();
  });
});
