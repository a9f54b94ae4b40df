import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import { incident, incidentDone, runBuilt } from '../support/incidents.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { RunningClock } from '../support/test-clock.js';

/*
 * The attack: haste. At three in the morning somebody types a command that has never been tried, it does
 * half of what it should, and nobody can say afterwards what was done, by whom, and why.
 */

/** Every test makes keys, all of them from one address. */
const UNHURRIED = { RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour' };

let app: TestApp;
let person = '';
let persons = 0;

beforeAll(async () => {
  app = await createTestApp({ clock: new RunningClock(), environment: UNHURRIED });
});
afterAll(() => app.stop());
beforeEach(async () => {
  person = `person-${(persons += 1)}`;
  await app.database.inspect('TRUNCATE incident.containments, audit.events, api_keys');
});

/** In the place of the person of each test, who is contained in no other one. */
const PERSON = 'PERSON';
const SUBJECT = ['--tenant', 'acme', '--subject', PERSON];
const REASON = ['--reason', 'stolen laptop', '--by', 'Ada'];
const named = (args: readonly string[]): string[] => args.map((arg) => arg.replace(PERSON, person));
const run = (...args: string[]) => incident(app.database, ...named(args));
const aKey = (changes?: Record<string, unknown>, on: TestApp = app) =>
  aPerson(on, { sub: person }).then((owner) => aKeyOf(owner, changes));
const done = (...args: string[]) =>
  incidentDone<{ containments: string[]; keysRevoked: string[]; isDryRun: boolean }>(
    app.database,
    ...named(args),
  );

/** What an action may have left: containments, audit rows, and keys that are revoked. */
async function traces(): Promise<number[]> {
  const [row] = await app.database.inspect<{ counts: number[] }>(
    `SELECT ARRAY[(SELECT count(*) FROM incident.containments), (SELECT count(*) FROM audit.events WHERE database_role = 'secure_api_incident_response' AND source = 'application'),
                  (SELECT count(*) FROM api_keys WHERE revoked_at IS NOT NULL)]::int[] AS counts`,
  );
  return row?.counts ?? [];
}

const auditRows = () =>
  app.database.inspect(
    `SELECT event, outcome, tenant_id, subject, details FROM audit.events WHERE database_role = 'secure_api_incident_response' AND source = 'application' ORDER BY id`,
  );

describe('npm run incident', () => {
  it('[P8.5] says in numbers what it has done, and leaves who did it and why in the audit trail', async () => {
    const key = await aKey();

    const { code, stdout } = await run('contain', ...SUBJECT, ...REASON);

    expect(code).toBe(0);
    expect(stdout).toContain('sessions ended: 0');
    expect(stdout).toContain(`API keys revoked: 1 ${key.id}`);
    expect(await auditRows()).toMatchObject([
      {
        event: 'incident_contained',
        outcome: 'success',
        tenant_id: 'acme',
        subject: person,
        details: { by: 'Ada', reason: 'stolen laptop', keysRevoked: [key.id], isSuspended: false },
      },
    ]);
  });

  it('[P8.5] revokes one key with all that it has made, and says of a key that there is none', async () => {
    const owner = await aPerson(app, { sub: person });
    const key = await aKeyOf(owner, { scopes: ['customers:read', 'api-keys:write'] });
    const child = await aKeyOf(withKey(app, key.key));
    const another = await aKeyOf(owner);

    const report = await done('revoke-key', '--id', key.id, ...REASON);
    const unknown = await run('revoke-key', '--id', 'u'.repeat(22), ...REASON);

    expect(report.keysRevoked.toSorted()).toEqual([key.id, child.id].toSorted());
    expect(report.containments).toHaveLength(2);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no API key') });
    await vi.waitFor(
      async () => {
        expect((await withKey(app, child.key).get('/v2/customers')).status).toBe(401);
      },
      { timeout: 5000 },
    );
    expect((await withKey(app, another.key).get('/v2/customers')).status).toBe(200);
  });

  it('[P8.5] shows what somebody holds before, and what is in force afterwards', async () => {
    const key = await aKey();

    const before = await run('status', ...SUBJECT);
    const { containments } = await done('contain', ...SUBJECT, ...REASON, '--suspend');
    const after = await run('status', ...SUBJECT);
    const list = await run('list');

    expect(before.stdout).toContain(`API keys: 1\n  ${key.id} until`);
    expect(before.stdout).toContain('Nobody is contained.');
    expect(after.stdout).toContain('API keys: 0');
    expect(list.stdout).toContain(
      `${containments[0]} subject ${person} of acme: everything, until it is lifted`,
    );
    expect(list.stdout).toContain('by Ada: stolen laptop');
  });

  it('[P8.5] lifts once, with a reason, and never gives a key back', async () => {
    const key = await aKey();
    const { containments } = await done('block', '--address', '192.0.2.1', ...REASON);
    const [id = ''] = containments;
    const revoked = await done('revoke-key', '--id', key.id, ...REASON);

    const first = await run('lift', '--id', id, ...REASON);
    const second = await run('lift', '--id', id, ...REASON);
    const ofKey = await run('lift', '--id', revoked.containments[0] ?? '', ...REASON);

    expect([first.code, second.code, ofKey.code]).toEqual([0, 1, 1]);
    expect((await auditRows()).at(-1)).toMatchObject({
      event: 'incident_containment_lifted',
      details: { containmentId: id, kind: 'address', value: '192.0.2.1', by: 'Ada' },
    });
  });

  it('[P8.5] in a dry run says what it would do, and does nothing', async () => {
    const key = await aKey();

    const { code, stdout } = await run('contain', ...SUBJECT, ...REASON, '--dry-run');
    const json = await done('contain', ...SUBJECT, ...REASON, '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Dry run: nothing was changed/);
    expect([json.isDryRun, json.keysRevoked]).toEqual([true, [key.id]]);
    expect(await traces()).toEqual([0, 0, 0]);
  });

  it('[P8.5] does nothing at all when it cannot be written down', async () => {
    await aKey();
    await app.database.inspect(
      'ALTER TABLE audit.events ADD CONSTRAINT nothing_fits CHECK (event IS NULL) NOT VALID',
    );

    const { code, stderr } = await run('contain', ...SUBJECT, ...REASON);
    await app.database.inspect('ALTER TABLE audit.events DROP CONSTRAINT nothing_fits');

    expect([code, stderr]).toEqual([1, expect.stringContaining('violates check constraint')]);
    expect(await traces()).toEqual([0, 0, 0]);
  });

  it.each([
    [['contian', ...SUBJECT, ...REASON]],
    [['contain', ...SUBJECT]],
    [['contain', '--tenant', 'acme', ...REASON]],
    [['contain', '--subject', PERSON, ...REASON]],
    [['contain', ...SUBJECT, '--client', 'shop', ...REASON]],
    [['contain', ...SUBJECT, ...REASON, '--dryrun']],
    [['contain', ...SUBJECT, ...REASON, '--suspend=yes']],
    [['contain', ...SUBJECT, ...REASON, 'now']],
    [['contain', '--tenant', 'acme', '--subject', 'PERSON\n', ...REASON]],
    [['contain', '--tenant', 'acme', '--subject', ' PERSON', ...REASON]],
    [['contain', ...SUBJECT, '--reason', 'pasted\u2028text', '--by', 'Ada']],
    [['contain', ...SUBJECT, '--reason', 'pasted\u2029text', '--by', 'Ada']],
    [['revoke-key', '--id', 'short', ...REASON]],
    [['block', '--address', '192.0.2.256', ...REASON]],
    [['block', '--address', '0.0.0.0/0', ...REASON]],
    [['block', '--address', '2001:db8::/16', ...REASON]],
    [['block', '--address', '192.0.2.1', '--for', '24', ...REASON]],
    [['block', '--address', '192.0.2.1', '--for', '366d', ...REASON]],
    [['lift', '--id', 'all', ...REASON]],
    [['list', '--tenant', 'acme']],
    [[]],
  ])('[P8.5] does nothing when it is called with %j', async (args) => {
    await aKey();

    const { code, stderr } = await run(...args);

    expect([code, stderr]).toEqual([1, expect.stringContaining('usage: npm run')]);
    expect(await traces()).toEqual([0, 0, 0]);
  });

  it('[P8.5] counter-proof: with the credential of the application nobody can contain anybody', async () => {
    const env = { DATABASE_INCIDENT_RESPONSE_URL: app.database.url('application') };

    const { code, stderr } = await runBuilt(
      'dist/monitoring/commands/incident.js',
      named(['contain', ...SUBJECT, ...REASON]),
      env,
    );

    expect([code, stderr]).toEqual([1, expect.stringContaining('permission denied')]);
    expect(await traces()).toEqual([0, 0, 0]);
  });
});

const redisUrl = inject('redisUrl');

describe.skipIf(redisUrl === null)('where the instances share a Redis', () => {
  const environment = { ...UNHURRIED, REDIS_URL: redisUrl ?? '' };

  it('[P8.5] tells them there, and says so when it cannot', async () => {
    const shared = await createTestApp({ besides: app, clock: new RunningClock(), environment });
    const key = await aKey({}, shared);
    const env = { DATABASE_INCIDENT_RESPONSE_URL: app.database.url('incident_response') };
    const revoke = (url: string, id: string) =>
      runBuilt('dist/monitoring/commands/incident.js', ['revoke-key', '--id', id, ...REASON, '--json'], {
        ...env,
        REDIS_URL: url,
      });

    const told = await revoke(environment.REDIS_URL, key.id);
    const untold = await revoke('redis://127.0.0.1:1', (await aKey({}, shared)).id);

    expect([told.code, untold.code]).toEqual([0, 0]);
    expect(JSON.parse(told.stdout)).toMatchObject({ isAnnounced: true });
    expect(JSON.parse(untold.stdout)).toMatchObject({ isAnnounced: false });
    await vi.waitFor(
      async () => {
        expect((await withKey(shared, key.key).get('/v2/customers')).status).toBe(401);
      },
      { timeout: 5000 },
    );
    await shared.stop();
  });
});
