import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { WebhookSink } from '../../src/monitoring/alerts/sinks/webhook-sink.js';
import { parseConfiguration, type Environment } from '../../src/platform/config/configuration.js';
import { RuntimeConfig } from '../../src/platform/config/runtime.config.js';
import { withStoredSecrets } from '../../src/platform/secrets/with-stored-secrets.js';
import { TestAuthority, type Certificate } from '../support/certificates.js';
import { startDetour, startSecretsManager, startVault, type SecretStore } from '../support/secret-stores.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { TestClock } from '../support/test-clock.js';
import { startTlsFront, whileTrusting, type TlsFront } from '../support/tls-front.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/*
 * The attack: where the API calls somebody, another one answers, with a certificate that an authority of his own
 * made for the right name; or the right one answers that it is elsewhere now. What the API brings along is his then:
 * the token of Vault, the secret of the client, alerts; and what he answers is believed: keys, secrets.
 *
 * The same for the database stands in p09-transit, for mail in p05-notice-mail, for Redis in p02-redis-transit.
 */

/** An issuer whose token endpoint is another server. */
class SplitIssuer extends SessionIssuer {
  tokenUrl = '';

  protected override get metadata(): object {
    return { ...super.metadata, token_endpoint: this.tokenUrl };
  }
}

const TOKEN = 'token-of-the-tests';
const PATH = 'kv/team/secure-api';
const SECRET = randomBytes(32).toString('base64');

let foreign: TestAuthority;
let certificate: Certificate;
let issuer: SplitIssuer;
let app: TestApp;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  foreign = await TestAuthority.create('Nobody trusts this one');
  certificate = await foreign.issue(['localhost']);
  issuer = await SplitIssuer.start();
  issuer.tokenUrl = `${issuer.url}/token`;
  app = await createTestApp({ issuer, environment: SESSION_ENVIRONMENT });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  issuer.tokenUrl = `${issuer.url}/token`;
  issuer.keySetUrl = `${issuer.url}/jwks`;
  for (const one of running.splice(0).toReversed()) {
    await one.stop();
  }
});
afterAll(() => app.stop());

const started = async <One extends { stop(): Promise<void> }>(start: Promise<One>): Promise<One> => {
  const one = await start;
  running.push(one);
  return one;
};
const frontOf = (target: string): Promise<TlsFront> => started(startTlsFront(certificate, target));
const another = (): Promise<TestApp> =>
  started(createTestApp({ besides: app, environment: SESSION_ENVIRONMENT, clock: app.clock }));
const aVault = (): Promise<SecretStore> => started(startVault(TOKEN, PATH, { APPLICATION_SECRET: SECRET }));
const readFrom = (url: string): Promise<Environment> =>
  withStoredSecrets(CONFIG_SLICES, {
    NODE_ENV: 'test',
    SECRETS_SOURCE: 'vault',
    SECRETS_VAULT_URL: url,
    SECRETS_VAULT_TOKEN: TOKEN,
    SECRETS_VAULT_PATH: PATH,
  });
const alertTo = (origin: string): Promise<void> =>
  new WebhookSink(`${origin}/alerts`, SECRET, new TestClock()).send({
    id: 'alert-1',
    rule: 'failed-log-ins',
    title: 'Somebody guesses',
    severity: 'warning',
    at: new Date(),
    tenantId: null,
    about: '192.0.2.1',
    count: 1,
    windowSeconds: 60,
    runbook: 'docs/runbooks/failed-log-ins.md',
    eventIds: [],
  });

describe('a server with a certificate of a foreign authority', () => {
  it('[P1.3] is asked for no signing keys', async () => {
    const front = await frontOf(issuer.url);
    issuer.keySetUrl = `${front.url}/jwks`;
    const token = await issuer.token();

    const refused = await (await another()).api.withToken(token).get('/v2/customers');
    const trusted = await whileTrusting(foreign.certificate, async () =>
      (await another()).api.withToken(token).get('/v2/customers'),
    );

    expect(refused).toMatchObject({ status: 503, body: { code: 'auth.issuer_unavailable' } });
    expect(trusted.status).toBe(200);
    expect(front.received.length).toBeGreaterThan(0);
  });

  it('[P1.3] is brought no code and no secret of the client', async () => {
    const front = await frontOf(issuer.url);
    issuer.tokenUrl = `${front.url}/token`;
    const logIn = async () => new TestBrowser(await another()).logIn();

    const refused = await logIn();
    const before = front.received.length;
    const trusted = await whileTrusting(foreign.certificate, logIn);

    expect(refused).toMatchObject({ status: 503, body: { code: 'auth.issuer_unavailable' } });
    expect(before).toBe(0);
    expect(trusted.status).toBe(303);
  });

  it('[P8.4] is told of no alert', async () => {
    const receiver = await started(WebhookReceiver.start());
    const front = await frontOf(new URL(receiver.url).origin);

    await expect(alertTo(front.url)).rejects.toThrow('fetch failed');
    expect(receiver.received).toEqual([]);

    await whileTrusting(foreign.certificate, () => alertTo(front.url));
    expect(receiver.received).toHaveLength(1);
  });

  it('[P6.1] is shown no token for secrets, also where a variable tells the client of Vault to trust it', async () => {
    const front = await frontOf((await aVault()).url);
    vi.stubEnv('VAULT_SKIP_VERIFY', '1');

    await expect(readFrom(front.url)).rejects.toThrow('it does not answer');
    expect(front.received).toEqual([]);

    const read = await whileTrusting(foreign.certificate, () => readFrom(front.url));
    expect(read['APPLICATION_SECRET']).toBe(SECRET);
  });

  it('[P1.3] counter-proof: a process that verifies nothing hands it the token, and takes its secrets', async () => {
    const front = await frontOf((await aVault()).url);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');

    const read = await readFrom(front.url);

    expect(front.received[0]?.['x-vault-token']).toBe(TOKEN);
    expect(read['APPLICATION_SECRET']).toBe(SECRET);
  });
});

describe('a store of secrets that sends its callers elsewhere', () => {
  it('[P6.1] is not followed: the other one sees no token of Vault', async () => {
    const elsewhere = await aVault();
    const detour = await started(startDetour(elsewhere.url));

    await expect(readFrom(detour.url)).rejects.toThrow('cannot be read: status 302');

    expect(detour.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it('[P6.1] is not followed: the other one sees no request that is signed for AWS', async () => {
    const elsewhere = await started(startSecretsManager('prod', '{}'));
    const detour = await started(startDetour(elsewhere.url));
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'tests');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'tests');

    const read = withStoredSecrets(CONFIG_SLICES, {
      NODE_ENV: 'test',
      SECRETS_SOURCE: 'aws',
      SECRETS_AWS_SECRET_ID: 'prod',
      SECRETS_AWS_ENDPOINT: detour.url,
    });

    await expect(read).rejects.toThrow('cannot be read');
    expect(elsewhere.requests).toEqual([]);
  });

  it('[P6.1] counter-proof: a client that follows takes the token along', async () => {
    const elsewhere = await aVault();
    const detour = await started(startDetour(elsewhere.url));

    await fetch(`${detour.url}/v1/kv/data/team/secure-api`, { headers: { 'x-vault-token': TOKEN } });

    expect(elsewhere.requests[0]?.headers['x-vault-token']).toBe(TOKEN);
  });
});

it('[P1.3] a token endpoint that sends its callers elsewhere is not followed', async () => {
  const elsewhere = await started(startSecretsManager('none', ''));
  issuer.tokenUrl = `${(await started(startDetour(elsewhere.url))).url}/token`;

  const refused = await new TestBrowser(await another()).logIn();

  expect(refused).toMatchObject({ status: 503, body: { code: 'auth.issuer_unavailable' } });
  expect(elsewhere.requests).toEqual([]);
});

it('[P1.3] production does not start when a variable of Node switches all verification off', () => {
  const parse = (kind: string, value: string): unknown =>
    parseConfiguration([RuntimeConfig], { NODE_ENV: kind, NODE_TLS_REJECT_UNAUTHORIZED: value });

  expect(() => parse('production', '0')).toThrow('NODE_TLS_REJECT_UNAUTHORIZED must not be 0 in production');
  expect(() => parse('production', 'no')).toThrow('NODE_TLS_REJECT_UNAUTHORIZED is not one of 0, 1');
  expect([parse('production', '1'), parse('development', '0')]).toHaveLength(2);
});
