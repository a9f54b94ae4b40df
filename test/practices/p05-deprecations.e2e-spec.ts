import { Controller, Get, HttpCode, Module, Param } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { CustomerPath } from '../../src/customers/customer-path.dto.js';
import { Deprecated } from '../../src/versioning/deprecated.decorator.js';
import type { ApiResponse } from '../support/api-client.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';

/*
 * The attack: dates. Too little notice, ends that contradict each other, and a start that fails years later
 * because a day has passed that somebody wrote into the code.
 */

const DATES = { API_V1_DEPRECATED_ON: '2026-03-01', API_V1_SUNSET_ON: '2027-06-30' };
const UNKNOWN_ID = '018f4d3a-0000-7000-8000-000000000000';

@Controller({ path: 'reports', version: '2' })
class ReportsController {
  @Get(':id')
  @RequireScopes('customers:read')
  @Deprecated({
    announcedOn: '2028-04-01',
    sunsetOn: '2029-04-01',
    successor: '/v2/customers/:id',
    guide: 'v1-to-v2',
  })
  report(@Param() { id }: CustomerPath): { id: string } {
    return { id };
  }

  @Get(':id/unchanged')
  @HttpCode(304)
  @RequireScopes('customers:read')
  @Deprecated({ announcedOn: '2026-04-01', sunsetOn: '2029-04-01', guide: 'v1-to-v2' })
  unchanged(@Param() _path: CustomerPath): void {}
}

@Module({ controllers: [ReportsController] })
class ReportsModule {}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({
    environment: DATES,
    clock: new TestClock('2026-03-01T00:00:00Z'),
    modules: [ReportsModule],
  });
});
afterAll(() => app.stop());

async function reportAt(moment: string, part = ''): Promise<ApiResponse> {
  app.clock.moveTo(moment);
  const now = app.clock.nowSeconds();
  const token = await app.issuer.token({ claims: { iat: now, exp: now + 600 } });
  return app.api.withToken(token).get(`/v2/reports/${UNKNOWN_ID}${part}`);
}

const told = ({ headers }: ApiResponse) => ['deprecation', 'sunset', 'link'].map((name) => headers.get(name));

describe('the dates of a deprecation', () => {
  const withDates = (announced: string | undefined, sunset: string | undefined) =>
    createTestApp({
      besides: app,
      environment: { API_V1_DEPRECATED_ON: announced, API_V1_SUNSET_ON: sunset },
    });

  it.each([
    [
      '2026-03-01',
      '2027-02-28',
      'API_V1_SUNSET_ON gives less than 12 months of notice: not before 2027-03-01',
    ],
    ['2026-03-01', '2026-03-01', 'API_V1_SUNSET_ON is not after the announcement'],
    ['2026-02-30', '2028-01-01', 'API_V1_DEPRECATED_ON is not a date'],
    ['2026-03-01', '01.03.2028', 'API_V1_SUNSET_ON is not a date'],
    [undefined, '2028-01-01', 'API_V1_DEPRECATED_ON is required'],
    ['2026-03-01', undefined, 'API_V1_SUNSET_ON is required'],
  ])('[P5.2] %s to %s stop the start', async (announced, sunset, words) => {
    await expect(withDates(announced, sunset)).rejects.toThrow(words);
  });

  it('[P5.2] that are long over do not stop a start: time alone breaks nothing', async () => {
    const later = await withDates('2001-01-01', '2002-01-01');

    expect((await later.api.get('/v1/customers')).status).toBe(410);
    await later.stop();
  });
});

describe('a deprecated route', () => {
  it('[P5.2] tells it also when nothing has changed (304)', async () => {
    const unchanged = await reportAt('2026-12-24T12:00:00Z', '/unchanged');

    expect(unchanged.status).toBe(304);
    expect(told(unchanged)).toEqual([
      `@${Date.parse('2026-04-01') / 1000}`,
      'Sun, 01 Apr 2029 00:00:00 GMT',
      expect.stringContaining('rel="deprecation"'),
    ]);
  });

  it('[P5.2] of a current version has an end of its own', async () => {
    const before = await reportAt('2028-03-31T23:59:59Z');
    const during = await reportAt('2028-04-01T00:00:00Z');
    const after = await reportAt('2029-04-01T00:00:00Z');

    expect([before.status, told(before)[0]]).toEqual([200, null]);
    expect(told(during)).toEqual([
      `@${Date.parse('2028-04-01') / 1000}`,
      'Sun, 01 Apr 2029 00:00:00 GMT',
      expect.stringContaining(`</v2/customers/${UNKNOWN_ID}>; rel="successor-version"`),
    ]);
    expect(after.status).toBe(410);
    expect(after.body).toMatchObject({ successor: `/v2/customers/${UNKNOWN_ID}` });
  });

  it.each([
    ['2', { announcedOn: '2026-04-01', sunsetOn: '2027-03-31' }, 'less than 12 months'],
    ['1', { announcedOn: '2026-04-01', sunsetOn: '2027-07-01' }, 'after the end of its version, 2027-06-30'],
    ['2', { announcedOn: 'soon', sunsetOn: '2027-03-31' }, 'is not a date'],
  ])('[P5.2] in version %s with %o stops the start', async (version, dates, words) => {
    @Controller({ path: 'contradictions', version })
    class ContradictionsController {
      @Get()
      @RequireScopes('customers:read')
      @Deprecated({ ...dates, guide: 'v1-to-v2' })
      list(): [] {
        return [];
      }
    }
    @Module({ controllers: [ContradictionsController] })
    class ContradictionsModule {}

    await expect(
      createTestApp({ besides: app, environment: DATES, modules: [ContradictionsModule] }),
    ).rejects.toThrow(words);
  });

  it('[P5.2] of a version that ends first, keeps quiet about its own end until that is announced', async () => {
    @Controller({ path: 'early', version: '1' })
    class EarlyController {
      @Get()
      @RequireScopes('customers:read')
      @Deprecated({ announcedOn: '2026-05-01', sunsetOn: '2027-05-01', guide: 'v1-to-v2' })
      list(): [] {
        return [];
      }
    }
    @Module({ controllers: [EarlyController] })
    class EarlyModule {}
    const clock = new TestClock('2026-04-01T00:00:00Z');
    const early = await createTestApp({ besides: app, clock, environment: DATES, modules: [EarlyModule] });
    const sunsetOn = async (moment: string): Promise<string | null> => {
      clock.moveTo(moment);
      return (await early.api.get('/v1/early')).headers.get('sunset');
    };

    expect(await sunsetOn('2026-04-01T00:00:00Z')).toContain('30 Jun 2027');
    expect(await sunsetOn('2026-05-01T00:00:00Z')).toContain('01 May 2027');
    // v2 has no such route.
    expect((await early.api.get('/v1/early')).headers.get('link')).not.toContain('successor-version');
    clock.moveTo('2027-05-01T00:00:00Z');
    expect((await early.api.get('/v1/early')).status).toBe(410);
    expect((await early.api.get('/v1/customers')).status).toBe(401);
    await early.stop();
  });

  it.each(['/v2/nowhere', '/v2/customers/:name'])(
    '[P5.2] whose successor %s leads nowhere stops the start',
    async (successor) => {
      @Controller({ path: 'strays', version: '2' })
      class StraysController {
        @Get(':id')
        @RequireScopes('customers:read')
        @Deprecated({ announcedOn: '2026-05-01', sunsetOn: '2027-05-01', guide: 'v1-to-v2', successor })
        one(@Param() { id }: CustomerPath): { id: string } {
          return { id };
        }
      }
      @Module({ controllers: [StraysController] })
      class StraysModule {}

      await expect(createTestApp({ besides: app, modules: [StraysModule] })).rejects.toThrow(
        'there is no GET',
      );
    },
  );
});
