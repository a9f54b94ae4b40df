import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { incidentDone } from '../support/incidents.js';
import { sealedHead } from '../support/audit-commands.js';
import { responseCommands } from '../support/runbooks.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: it succeeds because of a runbook. Its commands were right when they were written, a name has
 * changed since, and nobody has noticed until they were needed.
 */

let app: TestApp;
let folder = '';

beforeAll(async () => {
  app = await createTestApp();
  folder = await mkdtemp(path.join(tmpdir(), 'secure-api-runbooks-'));
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true });
});

/** What an operator fills in for each word in capitals. */
const PLACEHOLDERS: Readonly<Record<string, () => string | Promise<string>>> = {
  TENANT: () => 'acme',
  SUBJECT: () => 'user-1',
  CLIENT: () => 'shop',
  REASON: () => 'stolen laptop',
  ADDRESS: () => '192.0.2.1',
  CIDR: () => '192.0.2.0/24',
  FROM: () => '2026-01-01T00:00:00Z',
  TO: () => '2026-01-02T00:00:00Z',
  FILE: () => path.join(folder, `${randomUUID()}.ndjson`),
  'POSITION:MAC': async () => (await sealedHead(app)).text,
  KEY: async () => (await aKeyOf(await aPerson(app, { sub: 'owner' }))).id,
  CONTAINMENT: async () => {
    const order = ['block', '--address', '198.51.100.9', '--reason', 'test'];
    const { containments } = await incidentDone<{ containments: string[] }>(app.database, ...order);
    return containments[0] ?? '';
  },
};

async function run(command: string): Promise<{ code: number; stderr: string }> {
  const [npm = '', ...words] = await Promise.all(
    command.split(' ').map(async (word) => PLACEHOLDERS[word]?.() ?? word),
  );
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    npm_config_update_notifier: 'false',
    NODE_ENV: 'test',
    DATABASE_INCIDENT_RESPONSE_URL: app.database.url('incident_response'),
    DATABASE_AUDITOR_URL: app.database.url('auditor'),
    AUDIT_KEYS: app.environment['AUDIT_KEYS'],
  };
  try {
    const { stderr } = await promisify(execFile)(npm, words, { env });
    return { code: 0, stderr };
  } catch (error) {
    return error as { code: number; stderr: string };
  }
}

describe('what the plan and the runbooks tell to type', () => {
  it.each(responseCommands())('[P8.5] is a command that does what it says: %s', async (command) => {
    expect(await run(command)).toEqual({ code: 0, stderr: '' });
  });

  it('[P8.5] counter-proof: a command that was renamed since, or a word that nobody can fill in, is found', async () => {
    const renamed = await run(
      'npm run incident -- isolate --tenant TENANT --subject SUBJECT --reason REASON',
    );
    const unfilled = await run('npm run incident -- revoke-key --id WHICHEVER --reason REASON');

    expect([renamed.code, unfilled.code]).toEqual([1, 1]);
  });
});
