import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKeyId, newSecret, writeKey } from '../../src/api-keys/secret/api-key-text.js';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { readConfiguration } from '../../src/create-app.js';
import type { Environment } from '../../src/platform/config/configuration.js';
import { withStoredSecrets } from '../../src/platform/secrets/with-stored-secrets.js';
import { startProcess } from '../support/processes.js';
import { startSecretsManager, startVault, type SecretStore } from '../support/secret-stores.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: read the environment of a process, an image, a file in a repository. What is not
 * there cannot be read there.
 */

const SECRET_NAMES = [
  'APPLICATION_SECRET',
  'FIELD_ENCRYPTION_KEYS',
  'FIELD_INDEX_KEYS',
  'API_KEY_PEPPERS',
  'DATABASE_URL',
];
const TOKEN = 'token-of-the-tests';

let app: TestApp;
let secrets: Record<string, string>;
let others: Environment;
const stores: SecretStore[] = [];

beforeAll(async () => {
  app = await createTestApp();
  secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, app.environment[name] ?? '']));
  others = Object.fromEntries(
    Object.entries(app.environment).filter(([name]) => !SECRET_NAMES.includes(name)),
  );
});
afterEach(() => Promise.all(stores.splice(0).map((store) => store.stop())));
afterAll(() => app.stop());

const started = async (store: Promise<SecretStore>): Promise<SecretStore> => {
  stores.push(await store);
  return store;
};
const aVault = async (content: object = secrets): Promise<Environment> => {
  const { url } = await started(startVault(TOKEN, 'kv/team/secure-api', content));
  return {
    SECRETS_SOURCE: 'vault',
    SECRETS_VAULT_URL: url,
    SECRETS_VAULT_TOKEN: TOKEN,
    SECRETS_VAULT_PATH: 'kv/team/secure-api',
  };
};
const aSecretsManager = async (content = JSON.stringify(secrets)): Promise<Environment> => {
  const { url } = await started(startSecretsManager('prod/secure-api', content));
  return { SECRETS_SOURCE: 'aws', SECRETS_AWS_SECRET_ID: 'prod/secure-api', SECRETS_AWS_ENDPOINT: url };
};
/** Where the AWS SDK looks for them. */
const AWS = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'tests',
  AWS_SECRET_ACCESS_KEY: 'tests',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const readWith = async (environment: Environment) => {
  const all = await withStoredSecrets(CONFIG_SLICES, { ...others, ...environment });
  return { all, configuration: readConfiguration(all) };
};

describe('the secrets of the application', () => {
  it('[P6.1] come from Vault, by the names of their variables', async () => {
    const { all } = await readWith(await aVault({ ...secrets, UNRELATED: 'left alone' }));

    expect(all).toMatchObject(secrets);
    expect(all).not.toHaveProperty('UNRELATED');
  });

  it.each([
    ['Vault', aVault, {}],
    ['AWS Secrets Manager', aSecretsManager, AWS],
  ])('[P6.1] start the application out of %s alone', async (_what, store, credentials) => {
    const process = await startProcess({ ...others, ...credentials, ...(await store()) });
    const token = await app.issuer.token();

    const answer = await fetch(`${process.url}/v2/customers`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(answer.status).toBe(200);
    expect(Object.values(secrets).filter((secret) => process.output().includes(secret))).toEqual([]);
    await process.stop();
  });

  it('[P6.1] come from AWS with a signed request', async () => {
    const process = await startProcess({ ...others, ...AWS, ...(await aSecretsManager()) });

    expect(stores[0]?.requests[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=tests\/\d{8}\/eu-central-1\//,
    );
    await process.stop();
  });

  it('[P6.1] come from a file, and the token of Vault may, too', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-secrets-'));
    const file = path.join(folder, 'token');
    await writeFile(file, `${TOKEN}\n`);
    const vault = await aVault();

    const { all } = await readWith({
      ...vault,
      SECRETS_VAULT_TOKEN: undefined,
      SECRETS_VAULT_TOKEN_FILE: file,
    });

    expect(all).toMatchObject(secrets);
    await rm(folder, { recursive: true });
  });

  it('[P6.1] are not in two places', async () => {
    const vault = await aVault();
    const { APPLICATION_SECRET } = secrets;

    await expect(readWith({ ...vault, APPLICATION_SECRET })).rejects.toThrow(
      'APPLICATION_SECRET stands in the secret store, too',
    );
  });

  it.each<[string, () => Promise<Environment>, string]>([
    [
      'a wrong token',
      async () => ({ ...(await aVault()), SECRETS_VAULT_TOKEN: 'wrong' }),
      'cannot be read: status 403',
    ],
    [
      'a wrong path',
      async () => ({ ...(await aVault()), SECRETS_VAULT_PATH: 'kv/other' }),
      'cannot be read: status 404',
    ],
    [
      'a store that is away',
      async () => ({ ...(await aVault()), SECRETS_VAULT_URL: 'http://127.0.0.1:1' }),
      'it does not answer',
    ],
    [
      'numbers instead of texts',
      () => aVault({ APPLICATION_SECRET: 12_345_678 }),
      'something other than texts',
    ],
    [
      'no token',
      async () => ({ ...(await aVault()), SECRETS_VAULT_TOKEN: '' }),
      'SECRETS_VAULT_TOKEN is required',
    ],
    [
      'a path without mount',
      async () => ({ ...(await aVault()), SECRETS_VAULT_PATH: 'secret' }),
      'SECRETS_VAULT_PATH is not',
    ],
    [
      'plaintext in production',
      async () => ({ ...(await aVault()), NODE_ENV: 'production' }),
      'SECRETS_VAULT_URL must be an https URL',
    ],
    ['an unknown source', () => Promise.resolve({ SECRETS_SOURCE: 'paper' }), 'SECRETS_SOURCE is not one of'],
  ])('[P6.1] stop the start with %s, and tell no value', async (_what, environment, message) => {
    const failure = await readWith(await environment()).catch((error: unknown) => error as Error);

    expect((failure as Error).message).toContain(message);
    expect((failure as Error).message).not.toMatch(/12345678|token-of-the-tests/);
  });

  it.each([
    ['is no JSON', 'not json'],
    ['is a list', '[]'],
  ])('[P6.1] stop the start when the secret of AWS %s', async (_what, content) => {
    const environment = { PATH: process.env['PATH'], ...others, ...AWS, ...(await aSecretsManager(content)) };
    const failed = promisify(execFile)(process.execPath, ['dist/main.js'], { env: environment });

    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds something other than texts by name'),
    });
  });
});

describe('the scan for secrets', () => {
  const scan = async (content: string): Promise<string> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-scan-'));
    await writeFile(path.join(folder, 'notes.md'), content);
    const result = await promisify(execFile)(process.execPath, [
      'node_modules/secretlint/bin/secretlint.js',
      '--secretlintrc',
      '.secretlintrc.json',
      '--no-glob',
      path.join(folder, 'notes.md'),
    ]).then(
      () => 'clean',
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    await rm(folder, { recursive: true });
    return result;
  };

  it.each(['live', 'test'] as const)(
    '[P6.1] finds a planted key of this project: %s',
    async (environment) => {
      const key = writeKey({ environment, id: newKeyId(), secret: newSecret() });

      expect(await scan(`The key of the nightly job is ${key}.\n`)).toContain('[PATTERN] found matching');
    },
  );

  it('[P6.1] finds nothing where there is only talk of keys', async () => {
    expect(await scan('Keys look like sar_live_<id>_<secret><checksum>.\n')).toBe('clean');
  });
});
