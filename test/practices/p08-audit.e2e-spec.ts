import { createHmac, createSecretKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecurityEvents } from '../../src/platform/events/security-events.js';
import { AuditWriter, MAX_WAITING_EVENTS } from '../../src/monitoring/audit/trail/audit-writer.js';
import { purposeKey } from '../../src/monitoring/audit/chain/purpose-key.js';
import { Sealer } from '../../src/monitoring/audit/sealing/sealer.js';
import { auditCommand, sealedHead } from '../support/audit-commands.js';
import { trailOf } from '../support/audit.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: somebody has got in, owns the database, and cleans up: a row is reworded, a row is gone, the end is
 * cut off. Whoever looks afterwards sees a trail in which nothing has happened.
 */

let app: TestApp;

beforeEach(async () => {
  app = await createTestApp();
  for (let index = 0; index < 8; index += 1) {
    await app.api.withToken('guess').get('/v2/customers');
  }
});
afterEach(() => app.stop());

const verify = (...args: string[]) => auditCommand(app, 'audit-verify', ...args, '--json');
/** Row of the event at a position of the chain. */
const AT = (position: number): string => `(SELECT event_id FROM audit.chain WHERE position = ${position})`;

interface Verdict {
  readonly isIntact: boolean;
  readonly faults: { readonly kind: string; readonly position: number | null }[];
}

async function verdictAfter(
  tampering: string,
  head: string,
): Promise<{ code: number; faults: Verdict['faults'] }> {
  await app.nest.get(Sealer, { strict: false }).stop();
  await app.database.inspect(tampering);
  const { code, stdout } = await verify('--head', head);
  return { code, faults: (JSON.parse(stdout) as Verdict).faults };
}

describe('the audit trail', () => {
  it('[P8.5] holds what happened, sealed, and its end stands in the log', async () => {
    const head = await sealedHead(app);

    const { code, stdout } = await verify('--head', head.text);

    expect(await trailOf(app.database, 'authn_login_fail')).toHaveLength(8);
    expect(head.position).toBeGreaterThan(8);
    expect({ code, ...(JSON.parse(stdout) as Verdict) }).toMatchObject({
      code: 0,
      isIntact: true,
      faults: [],
    });
  });

  it.each([
    [
      'a row that was reworded',
      `UPDATE audit.events SET subject = 'somebody-else' WHERE id = ${AT(4)}`,
      4,
      'row_or_link_changed',
    ],
    [
      'a time that was moved',
      `UPDATE audit.events SET occurred_at = occurred_at - interval '1 day' WHERE id = ${AT(3)}`,
      3,
      'row_or_link_changed',
    ],
    ['a row that is gone', `DELETE FROM audit.events WHERE id = ${AT(5)}`, 5, 'row_missing'],
    [
      'a row that is gone with its link',
      `WITH gone AS (DELETE FROM audit.chain WHERE position = 5 RETURNING event_id) DELETE FROM audit.events WHERE id IN (SELECT event_id FROM gone)`,
      5,
      'links_missing',
    ],
    [
      'two rows that were swapped',
      `UPDATE audit.chain SET event_id = CASE position WHEN 3 THEN -1 ELSE ${AT(3)} END WHERE position IN (3)`,
      3,
      'row_missing',
    ],
    [
      'a link without the key',
      `UPDATE audit.chain SET mac = sha256(mac) WHERE position = 6`,
      6,
      'row_or_link_changed',
    ],
    [
      'a link of a key that nobody has',
      `UPDATE audit.chain SET key_id = 'mine' WHERE position = 2`,
      2,
      'unknown_key',
    ],
  ])('[P8.5] shows a superuser’s change, with its position: %s', async (_what, tampering, position, kind) => {
    const head = await sealedHead(app);

    const { code, faults } = await verdictAfter(tampering, head.text);

    expect(code).toBe(1);
    expect(faults[0]).toMatchObject({ position, kind });
  });

  it('[P8.5] shows that its end was cut off, to whoever knows how far it went', async () => {
    const head = await sealedHead(app);
    const cut = `
      DELETE FROM audit.heads WHERE position > 6;
      DELETE FROM audit.events WHERE id IN (SELECT event_id FROM audit.chain WHERE position > 6);
      DELETE FROM audit.chain WHERE position > 6`;

    const { code, faults } = await verdictAfter(cut, head.text);
    const withoutHead = await verify('--no-head');

    expect({ code, faults }).toMatchObject({ code: 1, faults: [{ kind: 'truncated', position: 6 }] });
    // The counter-proof: without a head from outside the database the cut is invisible.
    expect(withoutHead.code).toBe(0);
    expect(JSON.parse(withoutHead.stdout)).toMatchObject({ isIntact: true, isEndKnown: false });
  });

  it('[P8.5] shows an anchor that somebody has made up, so that the older half looks like retired', async () => {
    const head = await sealedHead(app);

    const { code, faults } = await verdictAfter(
      `INSERT INTO audit.anchors (position, mac, stragglers, key_id, signature)
         SELECT position, mac, '[]', key_id, sha256('mine') FROM audit.chain WHERE position = 4;
       DELETE FROM audit.events WHERE id IN (SELECT event_id FROM audit.chain WHERE position <= 4);
       DELETE FROM audit.chain WHERE position <= 4`,
      head.text,
    );

    expect({ code, faults }).toMatchObject({ code: 1, faults: [{ kind: 'anchor_changed', position: 4 }] });
  });

  it('[P8.5] shows a row that was kept from its seal', async () => {
    const head = await sealedHead(app);

    const { code, faults } = await verdictAfter(
      `INSERT INTO audit.events (recorded_at, occurred_at, source, event, outcome, details)
       VALUES (now() - interval '1 hour', now() - interval '1 hour', 'application', 'planted', 'success', '{}')`,
      head.text,
    );

    expect({ code, faults }).toMatchObject({ code: 1, faults: [{ kind: 'never_sealed' }] });
  });

  it('[P8.5] counter-proof: whoever has the key, too, rewrites it unnoticed; so the database does not have it', async () => {
    const head = await sealedHead(app);
    await app.nest.get(Sealer, { strict: false }).stop();
    const last = await sealedHead(app);
    const key = Buffer.from(String(app.environment['AUDIT_KEYS']).split(':')[1] ?? '', 'base64');
    await app.database.inspect(
      `UPDATE audit.events SET subject = 'somebody-else' WHERE id = ${AT(last.position)}`,
    );
    const [row] = await app.database.inspect<{ previous: Buffer; id: string; digest: Buffer }>(
      `SELECT (SELECT mac FROM audit.chain WHERE position = ${last.position - 1}) AS previous, events.id,
              audit.digest(events) AS digest FROM audit.events WHERE id = ${AT(last.position)}`,
    );
    const numbers = Buffer.alloc(16);
    numbers.writeBigInt64BE(BigInt(last.position), 0);
    numbers.writeBigInt64BE(BigInt(row?.id ?? 0), 8);
    const mac = createHmac('sha256', purposeKey(createSecretKey(key), 'audit link'))
      .update(row?.previous ?? '')
      .update(numbers)
      .update(row?.digest ?? '')
      .digest('hex');
    await app.database.inspect(
      `UPDATE audit.chain SET mac = decode('${mac}', 'hex') WHERE position = ${last.position}`,
    );

    expect(head.position).toBeLessThanOrEqual(last.position);
    expect((await verify('--head', `${last.position}:${mac}`)).code).toBe(0);
    expect((await verify('--head', last.text)).code).toBe(1);
    // The end was really rewritten here, so that this application would be right to complain.
    await app.database.inspect(
      `UPDATE audit.chain SET mac = decode('${last.mac}', 'hex') WHERE position = ${last.position}`,
    );
  });

  it('[P8.5] is one chain, however many instances seal it', async () => {
    const others = await Promise.all([1, 2].map(() => createTestApp({ besides: app })));
    const instances = [app, ...others];

    await Promise.all(
      instances.flatMap((instance) =>
        Array.from({ length: 30 }, async () => {
          await instance.api.withToken('guess').get('/v2/customers');
          await instance.nest.get(AuditWriter, { strict: false }).flush();
          await instance.nest.get(Sealer, { strict: false }).seal();
        }),
      ),
    );
    await Promise.all(others.map((other) => other.stop()));

    await sealedHead(app);
    const { code, stdout } = await verify('--no-head');
    expect({ code, stdout: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      stdout: { isIntact: true },
    });
    expect(await trailOf(app.database, 'authn_login_fail')).toHaveLength(98);
  });
});

describe('a flood of events', () => {
  it('[P8.5] stays within its bounds while the database is away, and what is lost is counted in the trail', async () => {
    const writer = app.nest.get(AuditWriter, { strict: false });
    const events = app.nest.get(SecurityEvents, { strict: false });
    await writer.flush();
    await app.database.inspect(
      'REVOKE CONNECT ON DATABASE ' + app.database.name + ' FROM secure_api_application',
    );
    await app.database.inspect(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'secure_api_application'`,
    );
    for (let index = 0; index < MAX_WAITING_EVENTS + 250; index += 1) {
      events.write('authn_login_fail', { reason: 'flood', account: null, isGuess: true }, null);
    }
    await app.database.inspect(
      'GRANT CONNECT ON DATABASE ' + app.database.name + ' TO secure_api_application',
    );

    await writer.flush();
    await writer.flush();

    const [lost] = await trailOf(app.database, 'audit_events_lost');
    const [row] = await app.database.inspect<{ kept: number }>(
      `SELECT count(*)::int AS kept FROM audit.events WHERE details ->> 'reason' = 'flood'`,
    );
    expect(row?.kept).toBe(MAX_WAITING_EVENTS);
    expect(lost?.details).toMatchObject({ count: 250 });
  });

  it.each([
    [
      'a right that is missing',
      'REVOKE INSERT ON audit.events FROM secure_api_application',
      'GRANT INSERT (occurred_at, source, event_id, event, outcome, tenant_id, subject, client_id, credential_id, address, method, route, request_id, trace_id, details) ON audit.events TO secure_api_application',
    ],
    [
      'a table that is away',
      'ALTER TABLE audit.events RENAME TO hidden',
      'ALTER TABLE audit.hidden RENAME TO events',
    ],
  ])('[P8.5] waits for %s, loses nothing of it, and does not turn in circles', async (_what, take, give) => {
    const writer = app.nest.get(AuditWriter, { strict: false });
    await writer.flush();
    await app.database.inspect(take);
    await app.api.withToken('guess').get('/v2/customers');

    await writer.flush();
    await writer.flush();
    await app.database.inspect(give);
    await writer.flush();

    expect(await trailOf(app.database, 'authn_login_fail')).toHaveLength(9);
    expect(await trailOf(app.database, 'audit_events_lost')).toEqual([]);
  });

  it('[P8.5] drops only the row that can never be written, counts it, and keeps its neighbours', async () => {
    const writer = app.nest.get(AuditWriter, { strict: false });
    const events = app.nest.get(SecurityEvents, { strict: false });
    await writer.flush();
    await app.database.inspect(
      `ALTER TABLE audit.events ADD CONSTRAINT picky CHECK (details ->> 'reason' IS DISTINCT FROM 'poison') NOT VALID`,
    );
    for (const reason of ['before', 'poison', 'after']) {
      events.write('authn_login_fail', { reason, account: null, isGuess: true }, null);
    }

    await writer.flush();

    const reasons = (await trailOf(app.database, 'authn_login_fail')).map(({ details }) => details['reason']);
    expect(reasons.slice(-2)).toEqual(['before', 'after']);
    expect((await trailOf(app.database, 'audit_events_lost')).map(({ details }) => details)).toEqual([
      expect.objectContaining({ count: 1 }),
    ]);
  });

  it('[P8.5] with a text that PostgreSQL cannot hold keeps no other event out', async () => {
    const events = app.nest.get(SecurityEvents, { strict: false });
    events.write('authn_login_fail', { reason: 'odd \u0000 \ud800', account: null, isGuess: true }, null);
    events.write('authn_login_fail', { reason: 'next', account: null, isGuess: true }, null);

    await app.nest.get(AuditWriter, { strict: false }).flush();

    const reasons = (await trailOf(app.database, 'authn_login_fail')).map(({ details }) => details['reason']);
    expect(reasons.slice(-2)).toEqual(['odd \uFFFD \uFFFD', 'next']);
  });
});
