import { Alerts } from '../../src/monitoring/alerts/alerts.js';
import { AnswerWatch } from '../../src/monitoring/detection/answers/answer-watch.js';
import { OriginWatch } from '../../src/monitoring/detection/origins/origin-watch.js';
import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { ApiClient } from './api-client.js';
import { from } from './api-keys.js';
import type { TestApp } from './test-app.js';

/** What an operator sets whose tests are attacks from many addresses. */
export const ATTACKED_ENVIRONMENT = {
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
  RATE_LIMIT_SUBJECT: '1000000/hour',
  RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
  HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1',
  DETECTION_COUNTRY_HEADER: 'x-country',
  ALERTS_OPERATOR_TENANT: 'operator',
};

export interface RaisedAlert {
  readonly rule: string;
  readonly about: string;
  readonly severity: string;
  readonly tenantId: string | null;
  readonly count: number;
}

/** Everything that detection has begun is done then. */
export async function settle({ nest }: TestApp): Promise<void> {
  // Sightings are counted in promises that nobody waits for; with a Redis by another process, which may be busy.
  const pause = nest.get(RedisConnections, { strict: false }).isConfigured ? 60 : 10;
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await nest.get(AnswerWatch, { strict: false }).compare();
    await nest.get(OriginWatch, { strict: false }).settled();
    await nest.get(Alerts, { strict: false }).settled();
  }
  await nest.get(AuditWriter, { strict: false }).flush();
}

/** The alerts that the log tells of, after everything that was begun. */
export async function alertsOf(app: TestApp, since = 0): Promise<RaisedAlert[]> {
  await settle(app);
  return app.log.all
    .slice(since)
    .filter(({ msg }) => msg === 'alert')
    .map(({ rule, about, severity, tenantId, count }) => ({
      rule: String(rule),
      about: String(about),
      severity: String(severity),
      tenantId: tenantId as string | null,
      count: Number(count),
    }));
}

/** A stranger at an address. */
export function at(app: Pick<TestApp, 'url'>, address: string): ApiClient {
  return new ApiClient(app.url, from(address));
}

export async function times(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await act(index);
  }
}
