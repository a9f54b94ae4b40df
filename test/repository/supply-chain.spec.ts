import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billOfProduction, type BillOfMaterials } from '../../dev/supply-chain/bill-of-materials.js';
import { licenceCounts, licenceFaults, type LicencePolicy } from '../../dev/supply-chain/licence-rules.js';
import { productionPackages, type LockedPackage } from '../../dev/supply-chain/production-packages.js';
import { parseAcceptedAdvisories } from '../../src/monitoring/reviews/dependencies/accepted-advisories.js';
import { absolute, read, readJson } from './repository.js';

const run = promisify(execFile);
/** Where nobody answers: what these commands do must need no registry. */
const OFFLINE = { ...process.env, npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' };

const { packages } = readJson('package-lock.json') as { packages: Record<string, LockedPackage> };
const PRODUCTION = productionPackages(packages);
const POLICY = readJson('docs/licences.json') as LicencePolicy;

describe('the packages of production', () => {
  it('[C.1] are those that npm says are left without the tools', async () => {
    const args = ['ls', '--all', '--omit=dev', '--parseable', '--long', '--package-lock-only'];
    const { stdout } = await run('npm', args, { env: OFFLINE, maxBuffer: 10_000_000 });
    const [, ...listed] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(':')[1] ?? '');

    expect([...new Set(listed)].toSorted()).toEqual(
      PRODUCTION.map(({ name, version }) => `${name}@${version}`).toSorted(),
    );
  });

  it('[C.1] are read from nested folders, each version once, without the tools', () => {
    const locked = {
      '': { version: '1.0.0' },
      'node_modules/@a/b': { version: '1.0.0', license: 'MIT' },
      'node_modules/c/node_modules/@a/b': { version: '2.0.0' },
      'node_modules/d/node_modules/@a/b': { version: '2.0.0' },
      'node_modules/tool': { version: '1.0.0', dev: true },
      'node_modules/both': { version: '1.0.0', devOptional: true },
    };

    expect(productionPackages(locked).map(({ name, version }) => `${name}@${version}`)).toEqual([
      '@a/b@1.0.0',
      '@a/b@2.0.0',
      'both@1.0.0',
    ]);
  });
});

describe('the licences', () => {
  const one = (licence: unknown) => [{ name: 'a', version: '1.0.0', licence }];
  const policy = (...reviewed: LicencePolicy['reviewed']): LicencePolicy => ({
    allowed: ['MIT', 'ISC'],
    reviewed,
  });

  it('[C.1] of production are all on the list, or were looked at', () => {
    expect(PRODUCTION.length).toBeGreaterThan(100);
    expect(licenceFaults(PRODUCTION, POLICY)).toEqual([]);
  });

  it.each([
    'GPL-3.0-only',
    'AGPL-3.0-only OR GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    'GPL-3.0-only OR (MIT AND ISC)',
    '(GPL-3.0-only) AND (ISC OR MIT)',
    'SEE LICENSE IN file',
    'UNLICENSED',
    '',
    undefined,
    ['MIT'],
    { type: 'MIT' },
  ])('[C.1] counter-proof: a planted package with %j is found', (licence) => {
    expect(licenceFaults(one(licence), policy())).toHaveLength(1);
  });

  it.each(['MIT', '(MIT)', 'MIT OR GPL-3.0-only', '(GPL-3.0-only OR ISC)', 'MIT AND ISC'])(
    '[C.1] %s is accepted',
    (licence) => {
      expect(licenceFaults(one(licence), policy())).toEqual([]);
    },
  );

  it('[C.1] counter-proof: a review holds for one version, with a reason, and for what is installed', () => {
    const review = { package: 'a@1.0.0', licence: 'EPL-2.0', reason: 'a reason' };

    expect(licenceFaults(one('EPL-2.0'), policy(review))).toEqual([]);
    expect(licenceFaults(one('EPL-2.0'), policy({ ...review, package: 'a@1.0.1' }))).toHaveLength(2);
    expect(licenceFaults(one('EPL-2.0'), policy({ ...review, reason: ' ' }))).toHaveLength(1);
    expect(licenceCounts(one('EPL-2.0'), policy(review))).toEqual([['EPL-2.0 (reviewed)', 1]]);
  });

  it('[C.1] are listed by one command, which ends well', async () => {
    const { stdout } = await run('npm', ['run', 'licences'], { env: OFFLINE });

    expect(stdout).toMatch(/^ +\d+ {2}MIT$/m);
  });
});

describe('the advisories that were accepted', () => {
  it('[C.1] stand in a list that can be read', () => {
    expect(() => parseAcceptedAdvisories(read('docs/advisories.json'))).not.toThrow();
  });
});

describe('the bill of materials', () => {
  let folder: string;
  let bill: BillOfMaterials;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sbom-'));
    const file = path.join(folder, 'sbom.json');
    await run('npm', ['run', 'sbom', '--', '--out', file], { env: OFFLINE, cwd: absolute('.') });
    bill = JSON.parse(await readFile(file, 'utf8')) as BillOfMaterials;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('[C.1] is CycloneDX, of this application, and names every package of production and no other', () => {
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component.name).toBe('secure-api-reference');
    expect(bill.components.map(({ name, version }) => `${name}@${version}`).toSorted()).toEqual(
      PRODUCTION.map(({ name, version }) => `${name}@${version}`).toSorted(),
    );
  });

  it('[C.1] names every direct dependency, each with its digest', () => {
    const { dependencies } = readJson('package.json') as { dependencies: Record<string, string> };
    const listed = new Map(bill.components.map((component) => [component.name, component]));

    for (const name of Object.keys(dependencies)) {
      expect(listed.get(name)).toMatchObject({ hashes: [{ alg: 'SHA-512' }] });
    }
  });

  it('[C.1] has no dependency that leads out of it', () => {
    const refs = new Set(bill.components.map((component) => component['bom-ref']));

    expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !refs.has(ref)))).toEqual(
      [],
    );
  });

  it('[C.1] counter-proof: a package that is not on it stops the command', () => {
    const planted = [...PRODUCTION, { name: 'forgotten', version: '1.0.0', licence: 'MIT' }];

    expect(() => billOfProduction(bill, planted, 'a')).toThrow('not on the bill of npm: forgotten@1.0.0');
  });
});
