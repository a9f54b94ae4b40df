import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainWatch } from '../../src/monitoring/audit/sealing/chain-watch.js';
import { Sealer } from '../../src/monitoring/audit/sealing/sealer.js';
import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import { auditCommand, sealedHead } from '../support/audit-commands.js';
import { trailOf } from '../support/audit.js';
import { runBuilt } from '../support/incidents.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: "that was the retention". Whoever wants the first half of a trail to be gone says that it was old, or
 * waits until it is, and removes a little more.
 */

const OLD = ['2020-01-05', '2020-01-06', '2020-02-07'];
const NO_HEAD = '--no-head';

let app: TestApp;

beforeEach(async () => {
  app = await createTestApp();
});
afterEach(() => app.stop());

/** Rows from long ago: January has a partition of its own, February has none. */
async function remember(days: readonly string[]): Promise<void> {
  await app.database.inspect(
    `SET LOCAL ROLE secure_api_owner;
     CREATE TABLE IF NOT EXISTS audit.events_2020_01 PARTITION OF audit.events
     FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');
     ALTER TABLE audit.events_2020_01 ENABLE ROW LEVEL SECURITY;
     ALTER TABLE audit.events_2020_01 FORCE ROW LEVEL SECURITY`,
  );
  for (const day of days) {
    await app.database.inspect(
      `INSERT INTO audit.events (source, occurred_at, recorded_at, event, outcome, details)
       VALUES ('application', $1::timestamptz, $1::timestamptz, 'long_ago', 'success', '{}')`,
      [day],
    );
  }
  await sealedHead(app);
}

const retain = (...args: string[]) =>
  runBuilt('dist/monitoring/audit/commands/audit-retain.js', args, {
    DATABASE_OWNER_URL: app.database.url('owner'),
    AUDIT_KEYS: app.environment['AUDIT_KEYS'],
  });
const verify = (...args: string[]) => auditCommand(app, 'audit-verify', ...args, '--json');
const partitions = async (): Promise<string[]> => {
  const rows = await app.database.inspect<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
     WHERE inhparent = 'audit.events'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

describe('npm run audit:retain', () => {
  it('[P8.5] removes what is over its time, month by month, and the chain still proves the rest', async () => {
    await remember(OLD);
    await (await app.as()).get('/v2/customers');
    const before = await sealedHead(app);

    const { code, stderr } = await retain('--keep-days', '365', '--head', before.text);
    const after = await sealedHead(app);

    expect([code, stderr]).toEqual([0, '']);
    expect(await trailOf(app.database, 'long_ago')).toEqual([]);
    expect(await partitions()).not.toContain('events_2020_01');
    expect((await verify('--head', before.text)).code).toBe(0);
    expect((await verify('--head', after.text)).code).toBe(0);
    expect(after.position).toBeGreaterThan(before.position);
  });

  it('[P8.5] says in the trail what was removed, and from where the chain begins', async () => {
    await remember(OLD);

    await retain('--keep-days', '365', NO_HEAD);

    expect(await trailOf(app.database, 'audit_retention')).toEqual([
      expect.objectContaining({
        database_role: 'secure_api_owner',
        details: expect.objectContaining({ removed: OLD.length, partitions: ['events_2020_01'] }),
      }),
    ]);
  });

  it('[P8.5] keeps the place of a row that was sealed after younger ones, in this run and the next', async () => {
    await sealedHead(app);
    await remember(OLD);
    await (await app.as()).get('/v2/customers');
    const { text } = await sealedHead(app);

    const first = await retain('--keep-days', '365', '--head', text);
    const seen = await verify('--head', text);
    await remember(['2020-01-09']);
    const second = await retain('--keep-days', '365', '--head', text);

    expect([first.code, seen.code, second.code]).toEqual([0, 0, 0]);
    expect((await verify('--head', text)).code).toBe(0);
  });

  it('[P8.5] changes nothing with --dry-run, and nothing when nothing is old', async () => {
    await remember(OLD);

    const dry = await retain('--keep-days', '365', NO_HEAD, '--dry-run');
    const kept = await trailOf(app.database, 'long_ago');
    await retain('--keep-days', '365', NO_HEAD);
    const again = await retain('--keep-days', '365', NO_HEAD);

    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('3 rows') });
    expect(kept).toHaveLength(OLD.length);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing in the trail') });
    expect(await trailOf(app.database, 'audit_retention')).toHaveLength(1);
  });

  it('[P8.5] refuses to be the end of a trail that somebody has changed', async () => {
    await remember(OLD);
    await app.database.inspect(
      `UPDATE audit.events SET subject = 'somebody-else' WHERE event = 'long_ago' AND recorded_at < '2020-01-06'`,
    );

    const { code, stderr } = await retain('--keep-days', '365', NO_HEAD);

    expect([code, stderr]).toEqual([1, expect.stringContaining('not intact')]);
    expect(await trailOf(app.database, 'long_ago')).toHaveLength(OLD.length);
  });

  it('[P8.5] rolls back when a partition holds more than its name says', async () => {
    await app.database.inspect(
      `SET LOCAL ROLE secure_api_owner;
       CREATE TABLE audit.events_2020_03 PARTITION OF audit.events
       FOR VALUES FROM ('2020-03-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')`,
    );
    await remember([...OLD, '2020-04-01', '2025-12-30']);

    // Whenever this runs, the end of 2025 is to be kept.
    const days = Math.ceil((Date.now() - Date.parse('2023-01-01')) / 86_400_000);
    const { code, stderr } = await retain('--keep-days', String(days), NO_HEAD);

    expect([code, stderr]).toEqual([1, expect.stringContaining('not the months')]);
    expect(await trailOf(app.database, 'long_ago')).toHaveLength(OLD.length + 2);
  });

  it('[P8.5] refuses to remove what is not sealed yet', async () => {
    await remember(OLD);
    await app.nest.get(Sealer, { strict: false }).stop();
    await app.database.inspect(
      `INSERT INTO audit.events (source, occurred_at, recorded_at, event, outcome, details)
       VALUES ('application', now(), '2020-02-09', 'long_ago', 'success', '{}')`,
    );
    await app.database.inspect(`UPDATE audit.heads SET sealed_at = '2020-02-09'`);

    const { code, stderr } = await retain('--keep-days', '365', NO_HEAD);

    expect([code, stderr]).toEqual([1, expect.stringContaining('not sealed yet')]);
    expect(await trailOf(app.database, 'long_ago')).toHaveLength(OLD.length + 1);
  });

  it('[P8.5] refuses to go on from another chain than the one whose head is known', async () => {
    await remember(OLD);
    const { position } = await sealedHead(app);

    const { code, stderr } = await retain('--keep-days', '365', '--head', `${position}:${'ab'.repeat(32)}`);

    expect([code, stderr]).toEqual([1, expect.stringContaining('another one')]);
    expect(await trailOf(app.database, 'long_ago')).toHaveLength(OLD.length);
  });

  it('[P8.5] keeps no head that it has removed, and leaves row-level security as it was', async () => {
    await remember(OLD);
    await sealedHead(app);

    await retain('--keep-days', '365', NO_HEAD);

    expect(
      await app.database.inspect(
        `SELECT (SELECT count(*) FROM audit.heads WHERE position <= (SELECT max(position) FROM audit.anchors))::int AS heads,
                (SELECT relforcerowsecurity FROM pg_class WHERE oid = 'audit.events_default'::regclass) AS "isForced"`,
      ),
    ).toEqual([{ heads: 0, isForced: true }]);
  });

  it('[P8.5] is no alarm for an instance that remembers a link which was removed', async () => {
    await app.nest.get(AuditWriter, { strict: false }).flush();
    await app.database.inspect(`TRUNCATE audit.events, audit.chain, audit.heads`);
    await remember(OLD);
    const [old] = await app.database.inspect<{ position: string; mac: Buffer }>(
      'SELECT position, mac FROM audit.chain ORDER BY position LIMIT 1',
    );
    await app.api.withToken('guess').get('/v2/customers');
    await sealedHead(app);
    await retain('--keep-days', '365', NO_HEAD);
    const other = await createTestApp({ besides: app });
    const reported = (await trailOf(app.database, 'audit_chain_broken')).length;

    const watch = other.nest.get(ChainWatch, { strict: false });
    watch.remember({ position: BigInt(old?.position ?? 0), mac: old?.mac ?? Buffer.alloc(32) });
    await watch.check();
    await other.stop();

    expect(
      await app.database.inspect('SELECT FROM audit.chain WHERE position = $1', [old?.position]),
    ).toEqual([]);
    expect(await trailOf(app.database, 'audit_chain_broken')).toHaveLength(reported);
  });

  it('[P8.5] counter-proof: with an anchor that nobody has signed it is one', async () => {
    const { position, mac } = await sealedHead(app);
    await app.database.inspect(
      `INSERT INTO audit.anchors (position, mac, stragglers, key_id, signature)
         SELECT max(position), sha256('a'), '[]', 'a1', sha256('b') FROM audit.chain;
       TRUNCATE audit.chain, audit.heads`,
    );

    const watch = app.nest.get(ChainWatch, { strict: false });
    watch.remember({ position: BigInt(position), mac: Buffer.from(mac, 'hex') });
    await watch.check();
    await app.nest.get(AuditWriter, { strict: false }).flush();

    expect(await trailOf(app.database, 'audit_chain_broken')).toHaveLength(1);
  });

  it.each([
    [[]],
    [['--keep-days', '29', NO_HEAD]],
    [['--keep-days', '1e3', NO_HEAD]],
    [['--keep-days', '365']],
  ])('[P8.5] removes nothing when it is called with %j', async (args) => {
    await remember(OLD);

    const { code, stderr } = await retain(...args);

    expect([code, stderr]).toEqual([1, expect.stringContaining('usage:')]);
    expect(await trailOf(app.database, 'long_ago')).toHaveLength(OLD.length);
  });
});

describe('somebody who removes old rows without it', () => {
  it('[P8.5] counter-proof: is found, because nobody has signed where the chain begins', async () => {
    await remember(OLD);
    await app.api.withToken('guess').get('/v2/customers');
    await sealedHead(app);
    await app.database.inspect(
      `CREATE TEMP TABLE removed AS SELECT event_id FROM audit.chain WHERE position <=
         (SELECT max(position) FROM audit.chain JOIN audit.events ON id = chain.event_id WHERE event = 'long_ago');
       DELETE FROM audit.chain WHERE event_id IN (SELECT event_id FROM removed);
       DELETE FROM audit.events WHERE id IN (SELECT event_id FROM removed)`,
    );

    const { code, stdout } = await verify(NO_HEAD);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ faults: [{ kind: 'links_missing' }] });
  });
});

describe('npm run db:migrate', () => {
  it('[P8.5] makes the partitions of the months to come', async () => {
    await app.database.inspect(
      `SET LOCAL ROLE secure_api_owner;
       SELECT audit.make_partitions(0)`,
    );
    const names = await partitions();
    const [last = ''] = names.filter((name) => name !== 'events_default').slice(-1);
    await app.database.inspect(`SET LOCAL ROLE secure_api_owner; DROP TABLE audit.${last}`);

    await runBuilt('dist/database/commands/migrate.js', [], {
      DATABASE_OWNER_URL: app.database.url('owner'),
    });

    // At the end of a month there may be one more by now.
    const made = await partitions();
    expect(made).toEqual(expect.arrayContaining(names));
    expect(made.length - names.length).toBeLessThanOrEqual(1);
  });

  it('[P8.5] waits for no reader of the trail, because everybody who writes would wait as well', async () => {
    const names = await partitions();
    const last = names.findLast((name) => name !== 'events_default') ?? '';
    await app.database.inspect(`SET LOCAL ROLE secure_api_owner; DROP TABLE audit.${last}`);
    const reader = new pg.Client({ connectionString: app.database.url('auditor') });
    await reader.connect();
    await reader.query('BEGIN; SELECT count(*) FROM audit.events');

    const { code, stdout } = await runBuilt('dist/database/commands/migrate.js', [], {
      DATABASE_OWNER_URL: app.database.url('owner'),
    });
    await reader.end();

    expect([code, stdout]).toEqual([0, expect.stringContaining('are made another time')]);
    expect(await partitions()).not.toContain(last);
  });
});
