import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptsIn } from './npm-scripts.js';
import { exists, read, readJson, repositoryFiles } from './repository.js';

interface Document {
  readonly path: string;
  readonly text: string;
}

const DOCUMENTS: Document[] = repositoryFiles()
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ path: file, text: read(file) }));

const { scripts } = readJson('package.json') as { scripts: Record<string, string> };

/** Folders at the top of the repository: text that begins so is meant as a path. */
const TOP_FOLDERS = ['src', 'attack', 'dev', 'test', 'docs', 'prisma', 'bench', 'deploy', '.ci', '.github'];

/** Where a relative Markdown link leads, without the part after `#`. */
function brokenLinks({ path: document, text }: Document, isThere: (file: string) => boolean): string[] {
  return [...withoutCode(text).matchAll(/\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)/g)]
    .map((match) => match.groups?.['target'] ?? '')
    .filter((target) => !/^([a-z]+:|#|\/)/i.test(target))
    .map((target) => decodeURI(target).replace(/[#?].*$/, ''))
    .filter((target) => !isThere(path.posix.join(path.posix.dirname(document), target)))
    .map((target) => `${document} links to ${target}`);
}

/**
 * Repository paths between back-ticks, and in the README of a folder also the TypeScript files
 * of that folder by their name alone. A pattern or a placeholder is no path.
 */
function missingPaths({ path: document, text }: Document, files: readonly string[]): string[] {
  const folder = path.posix.dirname(document);
  const isThere = (name: string): boolean =>
    exists(name) || files.some((file) => file.startsWith(`${folder}/`) && file.endsWith(`/${name}`));
  return [...text.matchAll(/`(?<path>[^`\s]+)`/g)]
    .map((match) => match.groups?.['path']?.replace(/[:#].*$/, '') ?? '')
    .filter((name) => !/[*<>{}$…|()@]/.test(name))
    .filter((name) => isTopLevelPath(name) || (folder.startsWith('src/') && /^[\w./-]+\.ts$/.test(name)))
    .filter((name) => !isThere(name))
    .map((name) => `${document} names ${name}`);
}

function isTopLevelPath(name: string): boolean {
  return TOP_FOLDERS.some((folder) => name.startsWith(`${folder}/`));
}

function missingScripts(
  { path: document, text }: Document,
  known: Readonly<Record<string, string>>,
): string[] {
  return scriptsIn(text)
    .filter((script) => !Object.hasOwn(known, script))
    .map((script) => `${document} runs ${script}`);
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

describe('the documents', () => {
  it('link only to what exists', () => {
    expect(DOCUMENTS.flatMap((document) => brokenLinks(document, exists))).toEqual([]);
  });

  it('name only paths that exist', () => {
    const files = repositoryFiles();

    expect(DOCUMENTS.flatMap((document) => missingPaths(document, files))).toEqual([]);
  });

  it('run only scripts that exist', () => {
    expect(DOCUMENTS.flatMap((document) => missingScripts(document, scripts))).toEqual([]);
  });
});

describe('the checker of the documents', () => {
  const inFolder = (text: string): Document => ({ path: 'src/auth/README.md', text });

  it('finds a broken link and leaves web addresses, anchors and code alone', () => {
    const text = '[a](../b.md#c) [d](https://example.com/x) [e](#f) `[g](h.md)` [i](j.md "title")';

    expect(brokenLinks(inFolder(text), (file) => file === 'src/b.md')).toEqual([
      'src/auth/README.md links to j.md',
    ]);
  });

  it('finds a path that is gone and leaves patterns and other words alone', () => {
    const text =
      '`src/gone.ts` `package.json` `src/**/*.spec.ts` `test/<name>.ts` `docs` `token.ts` `lost.ts:3`';

    expect(missingPaths(inFolder(text), ['src/auth/tokens/token.ts'])).toEqual([
      'src/auth/README.md names src/gone.ts',
      'src/auth/README.md names lost.ts',
    ]);
  });

  it('finds a script that is gone', () => {
    const text = '`npm run gone:now`, `npm test`, npm start, npm run build, npm run --silent gone:too';

    expect(missingScripts(inFolder(text), { test: '', build: '' })).toEqual([
      'src/auth/README.md runs gone:now',
      'src/auth/README.md runs start',
      'src/auth/README.md runs gone:too',
    ]);
  });
});
