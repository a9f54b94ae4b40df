import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { absolute, exists, read, readJson, repositoryFiles } from './repository.js';

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Every file that is text. A file with a zero byte is not. */
const FILES: TextFile[] = repositoryFiles()
  .map((path) => ({ path, content: readFileSync(absolute(path)) }))
  .filter(({ content }) => !content.includes(0))
  .map(({ path, content }) => ({ path, text: content.toString('utf8') }));

/** Home folders and workspaces of one machine. The home of the image's own user is none. */
const MACHINE_PATH =
  /(?:^|[^\w.~-])(?:\/(?:work|root|Users\/\w+|home\/(?!node\b)[a-z]\w*)\/|[A-Z]:\\Users\\)/;

/** Hosts of package registries: whoever has a mirror could not install from a lock file with one. */
const REGISTRY_HOST =
  /\b(?:registry\.(?:npmjs|yarnpkg)|npm\.pkg\.github|deb\.debian|security\.debian|registry-1\.docker)\.(?:org|com|io)\b/;

/** Private keys as PEM, and as JSON Web Keys with a private part. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|"d"\s*:\s*"[\w-]{40,}"/;

function matching(files: readonly TextFile[], pattern: RegExp): string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}

describe('the files of the repository', () => {
  it('end their lines with LF', () => {
    expect(matching(FILES, /\r/)).toEqual([]);
  });

  it('hold no path of one machine', () => {
    expect(matching(FILES, MACHINE_PATH)).toEqual([]);
  });

  it('hold no host name of a package registry', () => {
    expect(matching(FILES, REGISTRY_HOST)).toEqual([]);
  });

  it('hold no private key and no environment but the example', () => {
    const environments = repositoryFiles().filter((path) => /(^|\/)\.env(\.|$)/.test(path));

    expect(matching(FILES, PRIVATE_KEY)).toEqual([]);
    expect(environments).toEqual(['.env.example']);
  });

  it('lock packages without saying from where they were fetched', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, { resolved?: string }> };

    expect(Object.keys(packages).filter((name) => packages[name]?.resolved !== undefined)).toEqual([]);
  });
});

describe('continuous integration', () => {
  it('can be started', () => {
    expect(statSync(absolute('.ci/run')).mode & 0o111).toBe(0o111);
  });

  it('runs the test line that the README shows in a code block, and the checks', () => {
    const testLine = 'npm ci && npm test';
    const blocks = exists('README.md') ? [...read('README.md').matchAll(/^```\w*\n([\s\S]*?)^```/gm)] : [];
    const script = read('.ci/run');

    expect(blocks.flatMap(([, block = '']) => block.split('\n'))).toContain(testLine);
    expect(script).toContain(`grep -m 1 -x '${testLine}' README.md`);
    expect(script).toMatch(/^npm run check:static$/m);
  });

  it('runs no test twice: the counter-proofs are told from the report of the one run', () => {
    const { scripts } = readJson('package.json') as { scripts: Record<string, string> };
    const script = read('.ci/run');

    expect(scripts['check']).toMatch(/^npm run check:static && vitest run /);
    expect(scripts['check:static']).not.toContain('vitest');
    expect(script).toMatch(/^export TEST_REPORT$/m);
    expect(script).toMatch(/^npm run test:counterproof -- --report "\$TEST_REPORT"$/m);
    expect(script.match(/^npm /gm)).toHaveLength(2);
  });
});

describe('the checker of the files', () => {
  const file = (text: string): TextFile[] => [{ path: 'a', text }];
  // Put together here, or this file would be found itself.
  const slash = '/';

  it.each([
    [`cd ${slash}work/main`, MACHINE_PATH],
    [`"${slash}home/alice/project"`, MACHINE_PATH],
    [`${slash}root/.npmrc`, MACHINE_PATH],
    [['C:', 'Users', 'alice'].join('\\'), MACHINE_PATH],
    [['registry', 'npmjs', 'org'].join('.'), REGISTRY_HOST],
    [['deb', 'debian', 'org'].join('.'), REGISTRY_HOST],
    [['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' '), PRIVATE_KEY],
    [['-----BEGIN', 'RSA', 'PRIVATE', 'KEY-----'].join(' '), PRIVATE_KEY],
    [`{ "d": "${'a'.repeat(43)}" }`, PRIVATE_KEY],
  ])('finds %s', (text, pattern) => {
    expect(matching(file(text), pattern)).toEqual(['a']);
  });

  it.each([
    ['src/work/root/', MACHINE_PATH],
    ['./home/alice/', MACHINE_PATH],
    ['WORKDIR /home/node/app', MACHINE_PATH],
    ['https://www.npmjs.com/package/pg', REGISTRY_HOST],
    ['-----BEGIN PUBLIC KEY-----', PRIVATE_KEY],
    ['"d": "short"', PRIVATE_KEY],
  ])('leaves %s alone', (text, pattern) => {
    expect(matching(file(text), pattern)).toEqual([]);
  });
});
