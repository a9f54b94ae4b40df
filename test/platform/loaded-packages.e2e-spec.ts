import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { TestIssuer } from '../support/issuer.js';
import { loadedPackages, TELLING_PACKAGES } from '../support/loaded-packages.js';
import { launchProcess, startProcess } from '../support/processes.js';

/*
 * A library that a process does not need costs every start time and memory, and is one more whose hole would be
 * open there: the clients of Redis, of mail servers and of secret stores are loaded by who has set one up, alone.
 */

const NOBODY = '127.0.0.1:1';
const CLIENTS: readonly (readonly [library: string, settings: Environment])[] = [
  ['ioredis', { REDIS_URL: `redis://${NOBODY}` }],
  [
    'nodemailer',
    {
      ALERTS_MAIL_TO: 'security@example.com',
      ALERTS_MAIL_FROM: 'alerts@example.com',
      ALERTS_SMTP_URL: `smtp://${NOBODY}`,
    },
  ],
  [
    'node-vault',
    {
      SECRETS_SOURCE: 'vault',
      SECRETS_VAULT_URL: `http://${NOBODY}`,
      SECRETS_VAULT_TOKEN: 'token-of-the-tests',
      SECRETS_VAULT_PATH: 'kv/team/secure-api',
    },
  ],
  [
    '@aws-sdk/client-secrets-manager',
    {
      SECRETS_SOURCE: 'aws',
      SECRETS_AWS_SECRET_ID: 'prod',
      SECRETS_AWS_ENDPOINT: `http://${NOBODY}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'tests',
      AWS_SECRET_ACCESS_KEY: 'tests',
      AWS_MAX_ATTEMPTS: '1',
    },
  ],
];

let database: TestDatabase;
let issuer: TestIssuer;

beforeAll(async () => {
  [database, issuer] = await Promise.all([createTestDatabase(), TestIssuer.start()]);
});
afterAll(() => Promise.all([database.drop(), issuer.stop()]));

const ordinary = (): Environment => ({
  ...testEnvironment(database.url('application'), issuer.url),
  ...TELLING_PACKAGES,
});

describe('a process', () => {
  it('that serves requests has loaded no client of what nobody has set up', async () => {
    const instance = await startProcess(ordinary());
    const token = await issuer.token();
    const answer = await fetch(`${instance.url}/v2/customers`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await instance.stop();
    const loaded = loadedPackages(instance.output());

    expect(answer.status).toBe(200);
    expect(loaded).toEqual(expect.arrayContaining(['fastify', 'pg', '@nestjs/core']));
    expect(CLIENTS.map(([library]) => library).filter((library) => loaded.includes(library))).toEqual([]);
  });

  it.each(CLIENTS)(
    'counter-proof: whose settings name its server has loaded %s',
    async (library, settings) => {
      const run = await launchProcess({ ...ordinary(), ...settings });

      // One whose secrets cannot be read has said so and ended; the others go on.
      await expect
        .poll(() => loadedPackages(run.output()), { timeout: 20_000, interval: 50 })
        .toContain(library);
      run.child.kill('SIGKILL');
      await run.exitCode;
    },
  );
});
