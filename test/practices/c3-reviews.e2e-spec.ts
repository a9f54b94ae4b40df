import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { createTestDatabase } from '../support/database.js';
import { runBuilt } from '../support/incidents.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: time. A key that nobody remembers, a right that was given for one evening, a trigger that was
 * switched off for an import, a library with a hole that is known to everybody but us.
 */

interface Review {
  readonly findings: { rule: string; what: string; detail: string }[];
}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

const review = (name: string, environment: NodeJS.ProcessEnv, ...args: string[]) =>
  runBuilt(`dist/monitoring/commands/review-${name}.js`, args, environment);

describe('npm run review:keys', () => {
  const environment = (): NodeJS.ProcessEnv => ({ DATABASE_REPORTING_URL: app.database.url('reporting') });

  it('[C.3] has nothing to do about a key that is new', async () => {
    await aKeyOf(await aPerson(app));

    const { code, stdout } = await review('keys', environment());

    expect([code, stdout]).toEqual([0, expect.stringContaining('API keys that are good: 1\n')]);
  });

  it.each([
    ['key-old', `created_at = now() - interval '181 days', last_used_at = now()`],
    ['key-unused', `created_at = now() - interval '91 days', last_used_at = NULL`],
    ['key-ending', `expires_at = now() + interval '3 days', created_at = now()`],
  ])('[C.3] counter-proof: finds a planted %s', async (rule, change) => {
    const key = await aKeyOf(await aPerson(app));
    await app.database.inspect(`UPDATE api_keys SET ${change} WHERE id = $1`, [key.id]);

    const { code, stdout } = await review('keys', environment(), '--json');
    await app.database.inspect('DELETE FROM api_keys WHERE id = $1', [key.id]);

    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Review).findings).toMatchObject([{ rule, what: `${key.id} of acme` }]);
  });

  it('[C.3] ends with 2 when it cannot look, or is called with anything unknown', async () => {
    const away = await review('keys', { DATABASE_REPORTING_URL: 'postgresql://nobody:x@127.0.0.1:1/none' });
    const misspelt = await review('keys', environment(), '--jsn');

    expect([away.code, misspelt.code]).toEqual([2, 2]);
  });
});

describe('npm run review:database', () => {
  it('[C.3] has nothing to do about a database as the migrations make it', async () => {
    const env = { DATABASE_REPORTING_URL: app.database.url('reporting') };

    const { code, stdout } = await review('database', env);

    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to do.')]);
  });

  it.each([
    [
      'GRANT TRUNCATE ON customers TO secure_api_application',
      'grant public.customers TRUNCATE to secure_api_application',
    ],
    [
      'GRANT SELECT (email) ON customers TO secure_api_reporting',
      'grant public.customers.email SELECT to secure_api_reporting',
    ],
    [
      'ALTER TABLE customers NO FORCE ROW LEVEL SECURITY',
      'table public.customers of secure_api_owner with row security',
    ],
    [
      'CREATE POLICY mine ON customers USING (true)',
      'policy public.customers mine permissive * for PUBLIC using true',
    ],
    ['ALTER FUNCTION search.customers OWNER TO secure_api_owner', 'in its name'],
    [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC',
      'default for r made by postgres DELETE to PUBLIC',
    ],
    [
      'CREATE TRIGGER mine BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'trigger public.customers mine enabled O CREATE TRIGGER mine BEFORE UPDATE ON public.customers',
    ],
    [
      'DROP TRIGGER record_change ON customers; CREATE TRIGGER record_change AFTER UPDATE ON customers FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit.record_change()',
      'WHEN (false)',
    ],
    ['CREATE RULE lose AS ON INSERT TO audit.events DO INSTEAD NOTHING', 'rule audit.events lose'],
    [
      `ALTER TABLE audit.events ALTER database_role SET DEFAULT 'secure_api_application'`,
      `default audit.events database_role 'secure_api_application'`,
    ],
    ['ALTER TABLE audit.anchors DROP CONSTRAINT anchors_are_whole', 'check audit.anchors anchors_are_whole'],
    [
      'ALTER TABLE customers DISABLE TRIGGER record_change',
      'trigger public.customers record_change enabled D',
    ],
    ['DROP POLICY tenant_isolation ON customers', 'policy public.customers tenant_isolation'],
  ])('[C.3] counter-proof: finds a planted fault: %s', async (sql, what) => {
    const database = await createTestDatabase();
    await database.inspect(sql);

    const env = { DATABASE_REPORTING_URL: database.url('reporting') };
    const { code, stdout } = await review('database', env, '--json');
    await database.drop();

    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Review).findings.map((finding) => finding.what)).toContainEqual(
      expect.stringContaining(what),
    );
  });
});

describe('npm run review:dependencies', () => {
  let registry: Server;
  let advisories: object = {};
  const environment = (): NodeJS.ProcessEnv => ({
    npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
    npm_config_fetch_retries: '0',
  });

  beforeAll(async () => {
    registry = createServer((request, response) => {
      const isAudit = request.url === '/-/npm/v1/security/advisories/bulk';
      response.writeHead(isAudit ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAudit ? advisories : {}));
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
  });
  afterAll(() => void registry.close());

  it('[C.3] has nothing to do when the registry knows of nothing', async () => {
    const { code, stdout } = await review('dependencies', environment());

    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to do.')]);
  });

  it('[C.3] counter-proof: finds a planted advisory', async () => {
    const one = {
      id: 1,
      url: 'https://example.com/1',
      title: 'A hole',
      severity: 'high',
      vulnerable_versions: '*',
    };
    advisories = { helmet: [one] };

    const { code, stdout } = await review('dependencies', environment(), '--json');
    advisories = {};

    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Review).findings).toEqual([
      {
        rule: 'advisory-high',
        what: 'helmet',
        detail: 'to be mended within 14 days: A hole (https://example.com/1)',
      },
    ]);
  });

  it('[C.3] looks at this project, wherever it is run', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-elsewhere-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const about = { name: 'elsewhere', version: '1.0.0', lockfileVersion: 3, packages: {} };
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'elsewhere', version: '1.0.0' }),
    );
    await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(about));

    const script = 'dist/monitoring/commands/review-dependencies.js';
    const { stdout } = await runBuilt(script, [], environment(), folder);

    expect(stdout).toMatch(/^Dependencies of production: [1-9]\d+$/m);
  });

  it('[C.3] ends with 2 when the registry cannot be reached, and never says that all is well', async () => {
    const unreachable = { ...environment(), npm_config_registry: 'http://127.0.0.1:1/' };

    const { code, stdout, stderr } = await review('dependencies', unreachable);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('npm audit could not be made');
  });
});
