import { randomBytes } from 'node:crypto';
import type { Environment } from '../../src/platform/config/configuration.js';

export const TEST_AUDIENCE = 'https://secure-api.example';

/** The variables that an operator would set, for one test application. */
export function testEnvironment(databaseUrl: string, issuerUrl: string): Environment {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    // Whoever still has a connection is a test that is over.
    HTTP_SERVER_SHUTDOWN_DELAY_SECONDS: '0',
    HTTP_SERVER_DRAIN_SECONDS: '0',
    DATABASE_URL: databaseUrl,
    OIDC_ISSUER: issuerUrl,
    OIDC_AUDIENCE: TEST_AUDIENCE,
    // Tests of other practices are strangers from one address, many times a second.
    RATE_LIMIT_ANONYMOUS: '1000000/hour',
    RATE_LIMIT_FAILED_AUTHENTICATION: '1000000/hour',
    APPLICATION_SECRET: randomBytes(32).toString('base64'),
    FIELD_ENCRYPTION_KEYS: `e1:${randomBytes(32).toString('base64')}`,
    API_KEY_PEPPERS: `p1:${randomBytes(32).toString('base64')}`,
    // Announced, and not over: whenever the tests run.
    API_V1_DEPRECATED_ON: dayFromNow(-30),
    API_V1_SUNSET_ON: dayFromNow(400),
    AUDIT_KEYS: `a1:${randomBytes(32).toString('base64')}`,
    FIELD_INDEX_KEYS: `i1:${randomBytes(32).toString('base64')}`,
  };
}

/** A day in UTC, so many days after today. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
