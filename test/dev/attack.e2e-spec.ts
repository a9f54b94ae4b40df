import { globSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../attack/command-line.ts';
import { htmlReport } from '../../attack/report/html-report.ts';
import { exitStatusOf, type Report, reportOf } from '../../attack/report/report.ts';
import { textReport } from '../../attack/report/text-report.ts';
import { type AttackRun, runAttack } from '../support/attack-run.js';
import { CarelessServer } from '../support/careless-server.js';

/* Every attack at once: against the system itself, and against a server that defends nothing. */

const MINUTES_4 = 240_000;
const PRACTICES = Array.from({ length: 10 }, (_, index) => `P${index + 1}`);
const TOKENS = { ATTACK_TOKEN_A: 'a.e30.a', ATTACK_TOKEN_B: 'b.e30.b' };

const evidenceOf = ({ report }: AttackRun, verdict: string): string[] =>
  report?.attacks
    .filter((attack) => attack.verdict === verdict)
    .map(({ id, evidence }) => `${id}: ${evidence}`) ?? [];

describe('the attacks on the system that they start themselves', () => {
  let run: AttackRun;
  /** For what they make meanwhile: a run of somebody else leaves nothing there. */
  let temporary: string;

  beforeAll(async () => {
    temporary = await mkdtemp(path.join(tmpdir(), 'secure-api-attacks-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    await chmod(temporary, 0o755);
    run = await runAttack([], { TMPDIR: temporary });
  }, MINUTES_4);
  afterAll(() => rm(temporary, { recursive: true }));

  it('[C.1] all are defended, and none stays inconclusive', () => {
    expect(evidenceOf(run, 'LANDED')).toEqual([]);
    expect(evidenceOf(run, 'inconclusive')).toEqual([]);
    expect(run.exitStatus, run.output).toBe(0);
  });

  it('[C.1] are more than a thousand, of every practice', () => {
    const defended = run.report?.groups.filter(({ totals }) => totals.defended > 20) ?? [];

    expect(run.report?.totals.defended).toBeGreaterThan(1000);
    expect(defended.map(({ practice }) => practice)).toEqual(PRACTICES);
  });

  it('[C.1] reach every route that the documents name', () => {
    const nobody = run.report?.attacks.filter(({ id }) => id.startsWith('P1.4-nobody-')) ?? [];

    expect(nobody.length).toBeGreaterThan(25);
    expect(nobody.map(({ id }) => id)).toContain('P1.4-nobody-delete-v2-admin-sessions-id');
  });

  it('leave out only what a plaintext target cannot show, and say so by name', () => {
    const skipped = evidenceOf(run, 'skipped');

    expect(skipped.filter((line) => !line.endsWith('needs tls'))).toEqual([]);
    expect(run.output).toContain(skipped[0]?.split(':')[0]);
  });

  it('leave no folder behind', () => {
    expect(globSync(`${temporary}/secure-api-attack-*`)).toEqual([]);
  });

  it('are written down in the shape that their README documents', () => {
    const { report } = run;

    expect(Object.keys(report ?? {})).toEqual([
      'target',
      'startedAt',
      'seconds',
      'totals',
      'groups',
      'attacks',
    ]);
    expect(report?.attacks[0]).toEqual({
      id: expect.stringMatching(/^P\d+\.\d-[\w.-]+$/),
      name: expect.stringMatching(/\.$/),
      practice: 'P1',
      checkpoint: expect.stringMatching(/^P1\.\d$/),
      owasp: expect.stringMatching(/^API\d+:2023$/),
      verdict: 'defended',
      evidence: '',
      milliseconds: expect.any(Number),
    });
    expect(new Set(report?.attacks.map(({ id }) => id)).size).toBe(report?.attacks.length);
  });
});

describe('the attacks on a careless server', () => {
  let careless: CarelessServer;
  let run: AttackRun;

  beforeAll(async () => {
    careless = await CarelessServer.start();
    run = await runAttack(['--target', careless.url], TOKENS);
  }, MINUTES_4);
  afterAll(async () => {
    await careless.stop();
  });

  it('[C.1] counter-proof: without defences they land, of every practice that strangers reach', () => {
    const landed = run.report?.groups.filter(({ totals }) => totals.LANDED > 0) ?? [];

    expect(run.exitStatus, run.output).toBe(1);
    expect(run.report?.totals.LANDED).toBeGreaterThan(300);
    expect(landed.map(({ practice }) => practice)).toEqual(PRACTICES);
  });

  it.each([
    'P1.4-alg-none',
    'P1.4-nobody-get-v2-customers',
    'P2.1-evasion-x-forwarded-for',
    'P3.1-mass-assignment-identity-post-v2-customers',
    'P4.6-banner-200',
    'P5.1-unknown-version-3',
    'P6.1-key-checksum',
    'P7.2-read-foreign',
    'P9.2-list-of-another-tenant',
    'P10.3-error-json',
  ])('[C.1] counter-proof: %s is among them', (id) => {
    expect(run.report?.attacks.find((attack) => attack.id === id)?.verdict).toBe('LANDED');
  });

  it('say by name what needs more than two tokens', () => {
    expect(evidenceOf(run, 'skipped')).toContain('P1.4-id-token: needs id-token');
    expect(run.output).toContain('P1.4-id-token');
  });
});

describe('npm run attack could not run, and says why', () => {
  it.each(['http://api.example.com', 'https://192.0.2.1:8443', 'http://localhost.attack.example'])(
    'when %s is not this machine',
    async (target) => {
      const run = await runAttack(['--target', target], TOKENS);

      expect(run.exitStatus).toBe(2);
      expect(run.output).toContain(`--i-may-attack ${new URL(target).hostname}`);
      expect(run.output).not.toContain('    at ');
    },
  );

  it('when the second word names another host', () => {
    const words = ['--target', 'http://api.example.com', '--i-may-attack', 'example.com'];

    expect(() => readCommandLine(words)).toThrow('is not this machine');
    expect(readCommandLine(words.with(3, 'api.example.com')).target?.hostname).toBe('api.example.com');
  });

  it('when nobody brings tokens, or an option is unknown', async () => {
    const withoutTokens = await runAttack(['--target', 'http://127.0.0.1:9']);
    const unknown = await runAttack(['--everything']);

    expect([withoutTokens.exitStatus, unknown.exitStatus]).toEqual([2, 2]);
    expect(withoutTokens.output).toContain('ATTACK_TOKEN_A');
    expect(unknown.output).toContain('npm run attack -- [options]');
  });
});

describe('the reports', () => {
  const hostile = '<script>alert(1)</script>"\'&\u001B[31m';
  const attack = {
    id: 'P1.4-a',
    name: hostile,
    practice: 'P1',
    checkpoint: 'P1.4',
    owasp: null,
    verdict: 'LANDED',
    evidence: hostile,
    milliseconds: 1,
  } as const;
  const reportWith = (verdict: 'defended' | 'LANDED' | 'inconclusive' | 'skipped'): Report =>
    reportOf(new URL('http://127.0.0.1:1'), new Date(), [{ ...attack, verdict }]);

  it('escape whatever a target has said', () => {
    const page = htmlReport(reportWith('LANDED'));

    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(page).not.toMatch(/\b(?:src|href)=/);
    expect(textReport(reportWith('LANDED'))).not.toContain('\u001B');
  });

  it('end with 0 only when everything was defended', () => {
    expect(exitStatusOf(reportWith('defended'), false)).toBe(0);
    expect(exitStatusOf(reportWith('LANDED'), true)).toBe(1);
    expect(exitStatusOf(reportWith('inconclusive'), false)).toBe(1);
    // Nothing was shown at all.
    expect(exitStatusOf(reportWith('skipped'), true)).toBe(1);
  });
});
