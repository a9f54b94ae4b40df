import { describe, expect, it } from 'vitest';
import { tableRows } from './markdown-tables.js';
import { read, readJson } from './repository.js';
import { importsOf, sourceTree, virtualTree, withoutSpecs, type SourceFile } from './source-tree.js';

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly hasInstallScript?: boolean;
}

const MAX_RUNTIME_DEPENDENCIES = 39;

const manifest = readJson('package.json') as Manifest;
const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, LockedPackage>> };

/** Versions that leave something to the day of the installation: ranges, tags, addresses. */
function looseVersions(versions: Versions): string[] {
  return Object.entries(versions)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

/** Packages that run code of their own on installation, without a decision about it. */
function undecidedScripts(
  locked: Readonly<Record<string, LockedPackage>>,
  decided: Readonly<Record<string, boolean>>,
): string[] {
  return Object.entries(locked)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length))
    .filter((name) => !Object.hasOwn(decided, name));
}

/** Packages that the code imports and that a production installation would not bring. */
function undeclaredImports(tree: readonly SourceFile[], declared: Versions): string[] {
  return tree.flatMap((file) =>
    importsOf(file)
      .map(({ specifier }) => specifier)
      .filter((specifier) => !/^(\.|node:)/.test(specifier))
      .filter((specifier) => !Object.hasOwn(declared, /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
}

describe('the dependencies', () => {
  it('are fewer than forty at run time', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(MAX_RUNTIME_DEPENDENCIES);
  });

  it('have exact versions', () => {
    expect(looseVersions({ ...manifest.dependencies, ...manifest.devDependencies })).toEqual([]);
  });

  it('are declared for everything that the application imports', () => {
    expect(undeclaredImports(withoutSpecs(sourceTree('src')), manifest.dependencies)).toEqual([]);
  });

  it('run no script on installation that package.json has not decided about', () => {
    expect(undecidedScripts(packages, manifest.allowScripts)).toEqual([]);
  });

  it('are decided about only where there is a script', () => {
    const withScript = Object.keys(manifest.allowScripts).filter(
      (name) => packages[`node_modules/${name}`]?.hasInstallScript !== true,
    );

    expect(withScript).toEqual([]);
  });
});

describe('the table of runtime dependencies', () => {
  const rows = tableRows(read('docs/DEPENDENCIES.md'));
  const names = rows.map(([name = '']) => name.replaceAll('`', ''));

  it('justifies each of them, and nothing else', () => {
    expect(names.toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  it('leaves no cell empty', () => {
    expect(rows.filter((row) => row.length !== 4 || row.includes(''))).toEqual([]);
  });
});

describe('the checker of the dependencies', () => {
  it.each([
    '^1.2.3',
    '~1.2.3',
    '1.x',
    '*',
    'latest',
    '>=1.0.0',
    '1.2',
    'github:a/b',
    'file:../a',
    'npm:a@1.0.0',
  ])('refuses the version %s', (version) => {
    expect(looseVersions({ a: version })).toEqual([`a@${version}`]);
  });

  it('allows exact versions, of pre-releases too', () => {
    expect(looseVersions({ a: '1.2.3', b: '18.4.0-beta.17' })).toEqual([]);
  });

  it('finds an undecided script, in nested packages too', () => {
    const locked = { 'node_modules/a/node_modules/@b/c': { hasInstallScript: true }, 'node_modules/d': {} };

    expect(undecidedScripts(locked, {})).toEqual(['@b/c']);
    expect(undecidedScripts(locked, { '@b/c': false })).toEqual([]);
  });

  it('finds an import that only a development installation or another package brings', () => {
    const text = 'import "node:fs"; import "./b.js"; import "@a/b/c.js"; import "d"; import "e/f";';

    expect(undeclaredImports(virtualTree({ 'src/a.ts': text }), { '@a/b': '', e: '' })).toEqual([
      'src/a.ts imports d',
    ]);
  });
});
