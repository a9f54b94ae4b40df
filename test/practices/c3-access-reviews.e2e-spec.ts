import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, withClient } from '../../src/database/connection/with-client.js';
import { reviewDatabase } from '../../src/monitoring/reviews/database-review.js';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { sealedHead } from '../support/audit-commands.js';
import { aCustomer } from '../support/customers.js';
import { incident, runBuilt } from '../support/incidents.js';
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
  return withClient(app.database.adminUrl, async (client) => {
    let found: Review['findings'] = [];
    await inTransaction(client, async () => {
      await client.query(sql);
      ({ findings: found } = (await reviewDatabase(client)) as Review);
      throw new Error('undo');
    }).catch(() => undefined);
    return found;
  });
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
