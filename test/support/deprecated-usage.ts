import { DeprecatedUsage } from '../../src/versioning/usage/deprecated-usage.js';
import type { ApiClient, ApiResponse } from './api-client.js';
import { METRICS_ENVIRONMENT } from './scraper.js';
import type { TestApp } from './test-app.js';

/** When /v1 was announced to end, and ends, in the tests of its use; and a moment in between. */
export const ANNOUNCED = '2026-03-01';
export const SUNSET = '2027-06-30';
export const NOON = '2026-12-24T12:00:00.000Z';

export const USAGE_ENVIRONMENT = {
  API_V1_DEPRECATED_ON: ANNOUNCED,
  API_V1_SUNSET_ON: SUNSET,
  ...METRICS_ENVIRONMENT,
};

export const USAGE_REPORT = '/v2/admin/deprecated-usage';

/** A row of the report. */
export interface Use {
  readonly subject: string;
  readonly count: number;
  readonly [name: string]: unknown;
}

/** A token of the application's time. */
export async function tokenOf(app: TestApp, claims: Record<string, unknown>): Promise<string> {
  const now = app.clock.nowSeconds();
  return app.issuer.token({ claims: { iat: now, exp: now + 600, ...claims } });
}

export async function callerOf(app: TestApp, claims: Record<string, unknown>): Promise<ApiClient> {
  return app.api.withToken(await tokenOf(app, claims));
}

export function anAdministrator(app: TestApp, tenant: string): Promise<ApiClient> {
  return callerOf(app, { tenant, sub: 'admin', roles: ['administrator'] });
}

/** Writes what the instance has counted so far. */
export function flushUsage(app: TestApp): Promise<void> {
  return app.nest.get(DeprecatedUsage, { strict: false }).flush();
}

/** What an administrator reads of everything that was counted. */
export async function reportOf(app: TestApp, tenant: string, query = ''): Promise<ApiResponse> {
  await flushUsage(app);
  return (await anAdministrator(app, tenant)).get(`${USAGE_REPORT}${query}`);
}

export async function usesOf(app: TestApp, tenant: string, query = ''): Promise<readonly Use[]> {
  return ((await reportOf(app, tenant, query)).body as { data: Use[] }).data;
}
