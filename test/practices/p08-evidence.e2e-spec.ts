import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCommand, sealedHead } from '../support/audit-commands.js';
import { trailOf } from '../support/audit.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: in court nobody believes the file. It could have been written by anybody, it ends where it suits, and
 * there are two of them.
 */

let app: TestApp;
let folder = '';
const TIMES = ['--from', '2020-01-01', '--to', '2100-01-01'];

beforeAll(async () => {
  app = await createTestApp();
  folder = await mkdtemp(path.join(tmpdir(), 'secure-api-evidence-'));
  for (const tenant of ['acme', 'globex']) {
    await (await app.as({ tenant, sub: `user-${tenant}` })).post('/v2/customers', aCustomer());
  }
  await sealedHead(app);
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => auditCommand(app, 'audit-export', ...args);
const file = (name: string): string => path.join(folder, name);

describe('npm run audit:export', () => {
  it('[P8.5] writes what somebody did with its place in the chain, for its owner only, and says so in the trail', async () => {
    const out = file('acme.ndjson');

    const { code } = await run(...TIMES, '--tenant', 'acme', '--subject', 'user-acme', '--out', out);

    const lines = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(lines.slice(1, -1)).toEqual([
      expect.objectContaining({
        event: 'data_change',
        tenant_id: 'acme',
        subject: 'user-acme',
        position: expect.stringMatching(/^\d+$/),
        mac: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ]);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(await trailOf(app.database, 'data_export')).toEqual([
      expect.objectContaining({ database_role: 'secure_api_auditor', tenant_id: 'acme' }),
    ]);
  });

  it('[P8.5] seals it: a changed byte, a missing line and a foreign key are found', async () => {
    const out = file('sealed.ndjson');
    await run(...TIMES, '--out', out);
    const text = await readFile(out, 'utf8');
    const checkOf = async (name: string, content: string) => {
      await writeFile(file(name), content);
      return (await run('--check', file(name))).code;
    };
    const lines = text.split('\n');

    expect((await run('--check', out)).code).toBe(0);
    expect(await checkOf('changed', text.replace('user-acme', 'user-acne'))).toBe(1);
    expect(await checkOf('shorter', [...lines.slice(0, 2), ...lines.slice(3)].join('\n'))).toBe(1);
    expect(await checkOf('unsealed', lines.slice(0, -2).join('\n'))).toBe(1);
    const foreign = { ...app.environment, AUDIT_KEYS: `a1:${Buffer.alloc(32, 7).toString('base64')}` };
    const asForeigner = { database: app.database, environment: foreign };
    expect((await auditCommand(asForeigner, 'audit-export', '--check', out)).code).toBe(1);
  });

  it('[P8.5] believes a genuine file whatever somebody has typed, and only as bytes of its own', async () => {
    const out = file('separators.ndjson');
    await app.database.inspect(
      `INSERT INTO audit.events (source, occurred_at, event, outcome, tenant_id, details)
       VALUES ('application', now(), 'separators', 'success', 'initech', $1)`,
      [{ reason: 'pasted\u2028with\u2029separators\u0085and \ufffd' }],
    );
    await run(...TIMES, '--tenant', 'initech', '--out', out);
    const bytes = await readFile(out);
    const checkOf = async (name: string, content: Buffer) => {
      await writeFile(file(name), content);
      return (await run('--check', file(name))).code;
    };
    const broken = Buffer.from(bytes.toString('latin1').replace('\u00ef\u00bf\u00bd', '\u00ff'), 'latin1');

    expect(bytes.toString()).toContain('pasted\u2028with\u2029');
    expect(await checkOf('genuine', bytes)).toBe(0);
    expect(await checkOf('other bytes', broken)).toBe(1);
    expect(await checkOf('other ends', Buffer.from(bytes.toString().replaceAll('\n', '\r\n')))).toBe(1);
  });

  it.each([
    [],
    ['--from', '2020-01-01', '--out', 'x'],
    ['--from', '2020-01-01', '--to', 'tomorrow', '--out', 'x'],
    ['--from', '2020-01-02', '--to', '2020-01-01', '--out', 'x'],
    ['--from', '2020-01-01T00:00', '--to', '2020-01-02', '--out', 'x'],
    ['--frm', '2020-01-01', '--to', '2020-01-02', '--out', 'x'],
    ['--from', '2026-02-31', '--to', '2026-03-04', '--out', 'x'],
    ['--from', '2026-02-01', '--to', '2026-02-29T12:00Z', '--out', 'x'],
    ['--from', '2026-13-01', '--to', '2027-01-01', '--out', 'x'],
    [...TIMES, '--out', ''],
    [...TIMES, '--out', 'x', '--tenant', ''],
    [...TIMES, '--out', 'x', '--subject', ''],
    ['--check', 'package.json', '--out', 'x'],
    ['--check', 'package.json', '--from', '2020-01-01'],
    ['--check', 'package.json', '--tenant', ''],
    ['--check', ''],
  ])('[P8.5] writes nothing when it is called with %j %j %j %j %j %j %j %j', async (...args) => {
    const before = await trailOf(app.database, 'data_export');

    const { code, stderr } = await run(...args);

    expect(code).toBe(1);
    expect(stderr).toMatch(/usage: npm run audit:export|Unknown option/);
    expect(await trailOf(app.database, 'data_export')).toHaveLength(before.length);
  });

  it('[P8.5] never replaces a file', async () => {
    const out = file('there.ndjson');
    await writeFile(out, 'the first evidence');

    const { code } = await run(...TIMES, '--out', out);

    expect([code, await readFile(out, 'utf8')]).toEqual([1, 'the first evidence']);
  });
});
