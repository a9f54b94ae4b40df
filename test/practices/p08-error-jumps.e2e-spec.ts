import { Controller, Get, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { alertsOf, at, ATTACKED_ENVIRONMENT, settle, times } from '../support/alerts.js';
import { aPerson } from '../support/api-keys.js';
import { startRedis } from '../support/redis.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: one that no single caller can be blamed for, or a release that should not have gone out. Far more
 * answers are errors than before, and each of them looks ordinary. And the other way round: the noise of the
 * internet, which wakes somebody every night until nobody gets up any more.
 */

@Controller({ path: 'broken', version: VERSION_NEUTRAL })
class BrokenController {
  @Get()
  @Public()
  broken(): never {
    throw new Error('a release that should not have gone out');
  }
}

@Module({ controllers: [BrokenController] })
class BrokenModule {}

const redis = await startRedis();
const OPTIONS = { environment: ATTACKED_ENVIRONMENT, modules: [BrokenModule] };

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp(OPTIONS);
});
afterAll(async () => {
  await app.stop();
  await redis?.stop();
});
beforeEach(() => {
  // Whatever the test before has counted is out of every window, and every cool-down is over.
  app.clock.advanceSeconds(2 * 86_400);
});

async function play(attack: () => Promise<unknown>, on: TestApp = app) {
  const before = on.log.all.length;
  await attack();
  return alertsOf(on, before);
}

/** So many good answers, and the next minute. */
async function aQuietMinute(on: TestApp = app): Promise<void> {
  const caller = await aPerson(on, { iat: on.clock.nowSeconds(), exp: on.clock.nowSeconds() + 600 });
  await times(40, () => caller.get('/v2/customers?limit=1'));
  on.clock.advanceSeconds(60);
}

const refused = (count: number, on: TestApp = app) =>
  times(count, () => at(on, '198.51.100.1').get('/v2/customers'));
const toNextMinute = (on: TestApp = app) => on.clock.advanceSeconds(60 - (on.clock.nowSeconds() % 60));
const client = expect.objectContaining({
  rule: 'client-error-jump',
  about: 'service',
  severity: 'warning',
});

describe('a jump of errors', () => {
  it('[P8.4] is when far more requests are refused than before', async () => {
    await aQuietMinute();

    expect(await play(() => refused(80))).toEqual([client]);
  });

  it('[P8.4] is when a fault makes requests fail', async () => {
    await aQuietMinute();

    const alerts = await play(() => times(30, () => at(app, '198.51.100.1').get('/broken')));

    expect(alerts).toEqual([
      expect.objectContaining({ rule: 'server-error-jump', about: 'service', severity: 'critical' }),
    ]);
  });

  it('[P8.4] is none when a scanner asks for what is nowhere', async () => {
    await aQuietMinute();

    expect(
      await play(() => times(80, (index) => at(app, '198.51.100.1').get(`/wp-login-${index}.php`))),
    ).toEqual([]);
  });

  it('[P8.4] is none when callers are told to slow down', async () => {
    const environment = { ...ATTACKED_ENVIRONMENT, RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1/hour' };
    const strict = await createTestApp({ environment });
    const caller = await aPerson(strict);
    const statuses = new Set<number>();

    const alerts = await play(
      () => times(80, async () => statuses.add((await caller.post('/v2/api-keys', {})).status)),
      strict,
    );

    expect([...statuses]).toContain(429);
    expect(alerts).toEqual([]);
    await strict.stop();
  });

  it('[P8.4] cannot hide behind a scan', async () => {
    await aQuietMinute();

    const alerts = await play(async () => {
      await times(120, (index) => at(app, '198.51.100.1').get(`/nothing-${index}`));
      await refused(80);
    });

    expect(alerts).toEqual([client]);
  });

  it('[P8.4] is one of a single minute: its end and the beginning of the next are two', async () => {
    toNextMinute();

    const alerts = await play(async () => {
      await refused(40);
      toNextMinute();
      await refused(40);
    });

    expect(alerts).toEqual([]);
  });

  it('[P8.4] counter-proof: nobody hears of it without detection', async () => {
    const blind = await createTestApp({ besides: app, ...OPTIONS, removal: without('detection') });

    const alerts = await play(() => refused(80, blind), blind);

    expect(alerts).toEqual([]);
    await blind.stop();
  });
});

describe.skipIf(redis === null)('a jump of errors that all instances see together', () => {
  it('[P8.4] is none where as many were refused in the minutes before', async () => {
    const together = await createTestApp({ environment: { ...ATTACKED_ENVIRONMENT, REDIS_URL: redis?.url } });
    toNextMinute(together);
    // The instance that saw the minutes before is gone: only Redis knows of them.
    const before = await createTestApp({
      besides: together,
      clock: together.clock,
      environment: { ...ATTACKED_ENVIRONMENT, REDIS_URL: redis?.url },
    });
    await refused(50, before);
    await settle(before);
    await before.stop();
    toNextMinute(together);

    expect(await play(() => refused(80, together), together)).toEqual([]);
    together.clock.advanceSeconds(3600);
    expect(await play(() => refused(80, together), together)).toEqual([client]);
    await together.stop();
  });
});
