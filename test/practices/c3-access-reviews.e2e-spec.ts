import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, withClient } from '../../src/database/connection/with-client.js';
import { reviewDatabase } from '../../src/monitoring/reviews/database-review.js';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { sealedHead } from '../support/audit-commands.js';
import { aCustomer } from '../support/customers.js';
import { incident, runBuilt } from '../support/incidents.js';
import { whileChangingRoles } from '../support/shared-roles.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: rights that nobody has looked at for a year. The colleague who left and whose key still works, the
 * block that was meant for a night, the support account that reads a thousand records a day.
 */

interface Review {
  readonly lookedAt: string[];
  readonly findings: { rule: string; what: string; detail: string }[];
}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

const review = (name: string, environment: NodeJS.ProcessEnv = {}) =>
  runBuilt(`dist/monitoring/commands/review-${name}.js`, ['--json'], {
    DATABASE_REPORTING_URL: app.database.url('reporting'),
    DATABASE_AUDITOR_URL: app.database.url('auditor'),
    ...environment,
  });
const findingsOf = async (name: string, environment?: NodeJS.ProcessEnv) => {
  const { code, stdout, stderr } = await review(name, environment);
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Review) };
};

describe('npm run review:reads', () => {
  const SENSITIVE = 'customers:read customers:write customers:read_sensitive customers:export';

  it('[C.3] counter-proof: finds who has read much, taken data away, or changed it past the API', async () => {
    const quiet = await findingsOf('reads');
    const caller = await app.as({ sub: 'dave', scope: SENSITIVE });
    const { body } = await caller.post('/v2/customers', aCustomer({ taxId: 'ZZ-12345678' }));
    const { id } = body as { id: string };
    await caller.get(`/v2/customers/${id}`);
    await caller.get(`/v2/customers/${id}`);
    await caller.get('/v2/customers/export');
    await app.database.inspect(`UPDATE customers SET status = 'suspended' WHERE id = $1`, [id]);
    await sealedHead(app);

    const { code, lookedAt, findings } = await findingsOf('reads', { REVIEW_READS_MAX_PER_DAY: '1' });
    const { findings: patient } = await findingsOf('reads');

    expect([quiet.code, quiet.findings]).toEqual([0, []]);
    expect(code).toBe(1);
    expect(lookedAt).toContain('  dave of acme: 3 reads, 1 records');
    expect(findings.map(({ rule, what }) => [rule, what])).toEqual([
      ['reads-many', 'dave of acme'],
      ['data-export', 'dave of acme'],
      ['change-past-the-api', 'postgres on customers'],
    ]);
    expect(patient.map(({ rule }) => rule)).toEqual(['data-export', 'change-past-the-api']);
  });

  it('[C.3] counter-proof: finds who has the application’s credential and is not the application', async () => {
    const { body } = await (await app.as({ sub: 'erin' })).post('/v2/customers', aCustomer());
    const change = async (program: string, actor: object) => {
      const client = new pg.Client({
        connectionString: app.database.url('application'),
        application_name: program,
      });
      await client.connect();
      await client.query(
        `SELECT set_config('app.tenant_id', 'acme', false), set_config('app.actor', $1, false)`,
        [JSON.stringify(actor)],
      );
      await client.query(`UPDATE customers SET version = version + 1 WHERE id = $1`, [body.id]);
      await client.end();
    };
    const changes = async () =>
      (await findingsOf('reads')).findings
        .filter(({ what }) => what === 'secure_api_application on customers')
        .map(({ rule, detail }) => [rule, detail]);
    const before = await changes();

    await change('psql', { requestId: 'r-1' });
    await change('secure-api', { subject: 'erin' });

    expect(before).toEqual([]);
    expect(await changes()).toEqual([
      ['change-past-the-api', '1 rows, by psql'],
      ['change-past-the-api', '1 rows, by secure-api for no request'],
    ]);
  });

  it('[C.3] knows what the application does by itself, and that changing a key is none of it', async () => {
    const row = (details: object) =>
      app.database.inspect(
        `INSERT INTO audit.events (source, occurred_at, event, outcome, database_role, details)
         VALUES ('database', now(), 'data_change', 'success', 'secure_api_application', $1)`,
        [{ program: 'secure-api', ...details }],
      );
    const columns = (...names: string[]) => names.map((name) => ({ name }));
    const of = { table: 'api_keys', operation: 'update' };
    const before = (await findingsOf('reads')).findings;

    await row({ table: 'browser_sessions', operation: 'delete', columns: [] });
    await row({ ...of, columns: columns('pepper', 'secret_hash', 'use_count') });
    const own = (await findingsOf('reads')).findings;
    await row({ ...of, columns: columns('secret_hash') });
    await row({ ...of, columns: columns('pepper', 'secret_hash', 'scopes') });

    expect(own).toEqual(before);
    expect((await findingsOf('reads')).findings).toContainEqual({
      rule: 'change-past-the-api',
      what: 'secure_api_application on api_keys',
      detail: '2 rows, by secure-api for no request',
    });
  });

  it('[C.3] counts sensitive fields, day by day, and not how often somebody looked into the trail', async () => {
    const read = (subject: string, day: string, fields: readonly string[]) =>
      app.database.inspect(
        `INSERT INTO audit.events (source, occurred_at, recorded_at, event, outcome, tenant_id, subject, details)
         SELECT 'application', at, at, 'sensitive_read', 'success', 'acme', $1, $3
         FROM (SELECT date_trunc('day', now(), 'UTC') - $2::interval + interval '1 hour' AS at)`,
        [subject, day, { resource: 'customers', id: 'one', fields }],
      );
    for (const day of ['1 day', '2 days', '3 days']) {
      await read('frank', day, ['taxId']);
      await read('frank', day, ['taxId']);
      await read('grace', day, []);
    }
    const namesAt = async (maxPerDay: string) =>
      (await findingsOf('reads', { REVIEW_READS_MAX_PER_DAY: maxPerDay })).findings
        .filter(({ what }) => /^(frank|grace) /.test(what))
        .map(({ what, detail }) => `${what} ${detail}`);

    const { lookedAt } = await findingsOf('reads');

    expect(lookedAt.join()).toContain('frank of acme: 6 reads');
    expect(lookedAt.join()).not.toContain('grace');
    expect(await namesAt('2')).toEqual([]);
    expect(await namesAt('1')).toEqual(['frank of acme saw sensitive fields 2 times on one day']);
  });

  it('[C.3] ends with 2 when it cannot look', async () => {
    const { code } = await review('reads', {
      DATABASE_AUDITOR_URL: 'postgresql://nobody:x@127.0.0.1:1/none',
    });

    expect(code).toBe(2);
  });
});

describe('npm run review:access', () => {
  it('[C.3] says who may do what, and when they last did', async () => {
    const key = await aKeyOf(await aPerson(app, { sub: 'alice' }), { scopes: ['customers:read'] });
    await app.database.inspect(`UPDATE api_keys SET last_used_at = '2026-11-01' WHERE id = $1`, [key.id]);

    const { lookedAt } = await findingsOf('access', { REVIEW_ACCESS_DORMANT_DAYS: '365' });

    expect(lookedAt).toContain('  alice of acme, 1 keys, 0 sessions, last used 2026-11-01: customers:read');
  });

  it('[C.3] has nothing to do about somebody who was here today', async () => {
    await aKeyOf(await aPerson(app, { sub: 'bob' }));

    const { findings } = await findingsOf('access');

    expect(findings.filter(({ what }) => what.startsWith('bob'))).toEqual([]);
  });

  it('[C.3] counter-proof: finds the one who left and whose key still opens the door', async () => {
    const key = await aKeyOf(await aPerson(app, { sub: 'carol' }));
    await app.database.inspect(
      `UPDATE api_keys SET created_at = now() - interval '100 days', last_used_at = now() - interval '61 days' WHERE id = $1`,
      [key.id],
    );

    const { code, findings } = await findingsOf('access');
    await app.database.inspect('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [key.id]);
    const { findings: later } = await findingsOf('access');

    expect(code).toBe(1);
    expect(findings).toContainEqual({
      rule: 'access-dormant',
      what: 'carol of acme',
      detail: 'has 1 good keys and was not here for 61 days',
    });
    expect(later.filter(({ what }) => what.startsWith('carol'))).toEqual([]);
  });

  it('[C.3] says nothing of keys that are over, nor of somebody who is here with a browser', async () => {
    const ago = (days: number) => `now() - interval '${days} days'`;
    for (const sub of ['henry', 'irene']) {
      const key = await aKeyOf(await aPerson(app, { sub }));
      const change = `created_at = ${ago(100)}, last_used_at = ${ago(61)}`;
      const end = sub === 'henry' ? `, expires_at = ${ago(1)}` : '';
      await app.database.inspect(`UPDATE api_keys SET ${change}${end} WHERE id = $1`, [key.id]);
    }
    await app.database.inspect(
      `INSERT INTO browser_sessions (id, tenant_id, subject, family, secret_hash, log_in_hash, tokens, created_at,
                                     last_used_at, idle_expires_at, expires_at)
       VALUES (gen_random_uuid(), 'acme', 'irene', 'f', 'sha256:' || repeat('a', 43), 'sha256:' || repeat('b', 43),
               'k1.' || repeat('c', 40), now(), now(), now() + interval '1 hour', now() + interval '1 hour')`,
    );

    const { lookedAt, findings } = await findingsOf('access');
    await app.database.inspect(`UPDATE browser_sessions SET expires_at = ${ago(1)}`);
    const { findings: later } = await findingsOf('access');

    expect(lookedAt.join('\n')).not.toContain('henry');
    expect(lookedAt.join('\n')).toContain('irene of acme, 1 keys, 1 sessions');
    expect(findings.filter(({ what }) => /^(henry|irene) /.test(what))).toEqual([]);
    expect(later.map(({ what }) => what)).toContain('irene of acme');
  });

  it('[C.3] says nothing of a containment that was lifted or has ended', async () => {
    for (const address of ['192.0.2.61', '192.0.2.62']) {
      await incident(app.database, 'block', '--address', address, '--for', '24h', '--reason', 'a test');
    }
    const change = async (address: string, changes: string) =>
      app.database.inspect(
        `UPDATE incident.containments SET created_at = now() - interval '31 days', ${changes} WHERE value LIKE $1`,
        [`${address}%`],
      );
    await change('192.0.2.61', 'lifted_at = now()');
    await change('192.0.2.62', `expires_at = now() - interval '1 day'`);

    const { findings } = await findingsOf('access');

    expect(findings.filter(({ what }) => what.includes('192.0.2.6'))).toEqual([]);
  });

  it('[C.3] counter-proof: finds a containment that was forgotten', async () => {
    await incident(app.database, 'block', '--address', '192.0.2.7', '--reason', 'a test');
    await app.database.inspect(`UPDATE incident.containments SET created_at = now() - interval '31 days'`);

    const { findings } = await findingsOf('access');

    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'containment-lasting', what: expect.stringContaining('192.0.2.7') }),
    );
  });
});

/** What the review of the database says after a statement, which is undone: roles are of the whole cluster. */
function findingsAfter(sql: string): Promise<Review['findings']> {
  return whileChangingRoles(() =>
    withClient(app.database.adminUrl, async (client) => {
      let found: Review['findings'] = [];
      const undone = inTransaction(client, async () => {
        await client.query(sql);
        ({ findings: found } = (await reviewDatabase(client)) as Review);
        throw new Error('undo');
      });
      await expect(undone).rejects.toThrow('undo');
      return found;
    }),
  );
}

describe('npm run review:database', () => {
  it.each([
    ['CREATE ROLE zz_other SUPERUSER', 'role zz_other SUPERUSER'],
    ['CREATE ROLE zz_other; GRANT secure_api_owner TO zz_other', 'member zz_other of secure_api_owner'],
  ])('[C.3] counter-proof: finds somebody who goes around it: %s', async (sql, what) => {
    const findings = await findingsAfter(sql);

    expect(findings.map((finding) => finding.what)).toContainEqual(expect.stringContaining(what));
  });

  it.each(['SUPERUSER', 'BYPASSRLS', 'CREATEROLE'])(
    '[C.3] counter-proof: finds an application that was made %s',
    async (attribute) => {
      const findings = await findingsAfter(`ALTER ROLE secure_api_application ${attribute}`);

      expect(findings.map(({ what }) => what).join('\n')).toContain('role secure_api_application');
    },
  );
});
