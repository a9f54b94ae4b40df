import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sealer } from '../../src/monitoring/audit/sealing/sealer.js';
import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { auditCommand, sealedHead } from '../support/audit-commands.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: nobody touches what is sealed. Somebody sees to it that what comes next is not, or that it is never
 * written at all, and that every number still says that all is well.
 */

let app: TestApp;

beforeEach(async () => {
  app = await createTestApp();
  await sealedHead(app);
});
afterEach(() => app.stop());

const unsealed = async (): Promise<number> => {
  const [row] = await app.database.inspect<{ count: number }>(
    'SELECT count(*)::int FROM audit.events WHERE NOT EXISTS (SELECT FROM audit.chain WHERE event_id = events.id)',
  );
  return row?.count ?? 0;
};
const metric = async (name: string): Promise<number> => {
  const text = await app.nest.get(Metrics, { strict: false }).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};
const waitingSeconds = (): Promise<number> => metric('audit_oldest_unsealed_seconds');
/** Something that leaves a row. */
const refusedRequest = async (): Promise<void> => {
  await app.api.withToken('guess').get('/v2/customers');
  await app.nest.get(AuditWriter, { strict: false }).flush();
};
const seal = (): Promise<void> => app.nest.get(Sealer, { strict: false }).seal();
const verify = async () => {
  const { code, stdout } = await auditCommand(app, 'audit-verify', '--no-head', '--json');
  return { code, ...(JSON.parse(stdout) as { faults: { kind: string }[]; waiting: number }) };
};

describe('the turn to seal', () => {
  it('[P8.5] cannot be kept by a role that only reads', async () => {
    const reader = new pg.Client({ connectionString: app.database.url('reporting') });
    await reader.connect();
    const taken = reader.query('SELECT FROM audit.sealing FOR UPDATE');

    await expect(taken).rejects.toThrow('permission denied');
    await reader.end();
  });

  it('[P8.5] that somebody keeps is seen in the metrics', async () => {
    const owner = new pg.Client({ connectionString: app.database.url('owner') });
    await owner.connect();
    await owner.query('BEGIN; SELECT FROM audit.sealing FOR UPDATE');

    await refusedRequest();
    await seal();
    app.clock.advanceSeconds(600);
    const kept = await waitingSeconds();
    await owner.end();
    await seal();

    expect(kept).toBeGreaterThan(500);
    expect([await unsealed(), await waitingSeconds()]).toEqual([0, 0]);
  });

  it('[P8.5] that fails is seen in the metrics, too', async () => {
    await app.database.inspect('ALTER TABLE audit.chain RENAME TO away');
    await seal().catch(() => undefined);

    app.clock.advanceSeconds(600);
    const failing = await waitingSeconds();
    await app.database.inspect('ALTER TABLE audit.away RENAME TO chain');
    await seal();

    expect(failing).toBeGreaterThan(500);
    expect(await waitingSeconds()).toBe(0);
  });
});

describe('what comes after a restore into another server', () => {
  it('[P8.5] is sealed, although its transactions have smaller numbers than those before', async () => {
    await app.database.inspect(`UPDATE audit.heads SET horizon = '99999999999'`);

    await refusedRequest();
    await seal();

    expect(await unsealed()).toBe(0);
  });
});

describe('a change log that was made blind', () => {
  it.each([
    [
      'a condition that is never true',
      `DROP TRIGGER record_change ON customers;
       CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON customers FOR EACH ROW WHEN (false)
         EXECUTE FUNCTION audit.record_change('id', '', '');
       ALTER TABLE customers ENABLE ALWAYS TRIGGER record_change`,
    ],
    [
      'one change of three',
      `DROP TRIGGER record_change ON customers;
       CREATE TRIGGER record_change AFTER INSERT ON customers FOR EACH ROW
         EXECUTE FUNCTION audit.record_change('id', '', '');
       ALTER TABLE customers ENABLE ALWAYS TRIGGER record_change`,
    ],
    ['a trigger that does not always fire', 'ALTER TABLE customers ENABLE TRIGGER record_change'],
    [
      'a rule',
      `CREATE RULE lose AS ON INSERT TO audit.events WHERE NEW.source = 'database' DO INSTEAD NOTHING`,
    ],
    ['a wrong author', `ALTER TABLE audit.events ALTER database_role SET DEFAULT 'secure_api_application'`],
    ['containments', 'DROP TRIGGER record_change ON incident.containments'],
  ])('[P9.5] is found: %s', async (_what, sql) => {
    const before = await verify();

    await app.database.inspect(sql);

    expect(before.code).toBe(0);
    expect(await verify()).toMatchObject({ code: 1, faults: [{ kind: 'change_log_off' }] });
  });
});

describe('while no instance runs', () => {
  it('[P8.5] new rows wait for their seal, which is said and is no alarm', async () => {
    await app.nest.get(Sealer, { strict: false }).stop();
    await app.database.inspect(`UPDATE audit.heads SET sealed_at = sealed_at - interval '1 hour'`);
    await app.database.inspect(
      `INSERT INTO audit.events (recorded_at, occurred_at, source, event, outcome, details)
       VALUES (now() - interval '10 minutes', now(), 'application', 'maintenance', 'success', '{}')`,
    );

    const { code, faults, waiting } = await verify();

    expect([code, faults]).toEqual([0, []]);
    expect(waiting).toBeGreaterThan(0);
  });
});

describe('an orderly stop while the database is away', () => {
  it('[P8.5] counts what it takes along', async () => {
    await app.database.inspect('ALTER TABLE audit.events RENAME TO away');
    await refusedRequest();
    await app.nest.get(AuditWriter, { strict: false }).stop();

    const lost = await metric('audit_events_lost_total');
    await app.database.inspect('ALTER TABLE audit.away RENAME TO events');

    expect(lost).toBeGreaterThan(0);
  });
});

describe('a signature of one kind', () => {
  it('[P8.5] cannot be had as one of another: what an anchor binds are hashes', async () => {
    const anchor = app.database.inspect(
      `INSERT INTO audit.anchors (position, mac, stragglers, key_id, signature)
       VALUES (1, convert_to('["audit anchor",', 'UTF8'), '[]', 'a1', sha256('x'))`,
    );

    await expect(anchor).rejects.toThrow('anchors_are_whole');
  });
});
