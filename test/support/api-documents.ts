import { ApiDocuments } from '../../src/api-docs/documents/api-documents.js';
import type { Document, Operation } from '../../src/api-docs/open-api.js';
import { SESSION_CLIENT, SessionIssuer } from './session-issuer.js';
import { createTestApp, type TestApp, type TestAppOptions } from './test-app.js';
import { TestClock } from './test-clock.js';

const ISSUER = 'https://id.example.com';

/** An operator's choices that the committed documents show; everything else has its default. */
const DOCUMENTED_ENVIRONMENT = {
  API_V1_DEPRECATED_ON: '2026-12-01',
  API_V1_SUNSET_ON: '2027-12-31',
  SESSION_CLIENT_ID: SESSION_CLIENT.id,
  SESSION_CLIENT_SECRET: SESSION_CLIENT.secret,
  SESSION_PUBLIC_ORIGIN: 'https://api.example.com',
  SESSION_RETURN_URLS: 'https://app.example.com/',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
  OIDC_AUDIENCE: 'https://api.example.com',
  RATE_LIMIT_ANONYMOUS: '60/hour',
  RATE_LIMIT_FAILED_AUTHENTICATION: '60/hour burst 20',
  API_DOCS_ACCESS: 'public',
};

/** An application that is described the same on every machine and every day. */
export async function createDocumentedApp(options: TestAppOptions = {}): Promise<TestApp> {
  return createTestApp({
    issuer: await SessionIssuer.start(),
    clock: new TestClock('2026-12-15T12:00:00Z'),
    ...options,
    environment: { ...DOCUMENTED_ENVIRONMENT, ...options.environment },
  });
}

/** The document of a version, with a name for the issuer, whose port is another one each time. */
export function documentOf(app: TestApp, version: string): Document {
  const text = app.nest.get(ApiDocuments).find(version)?.text ?? '';
  return JSON.parse(text.replaceAll(app.issuer.url, ISSUER)) as Document;
}

/** Each operation under its method and path, as routes are written. */
export function operationsOf({ paths }: Document): [place: string, operation: Operation][] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation as Operation,
    ]),
  );
}
