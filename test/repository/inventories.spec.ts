import { describe, expect, it } from 'vitest';
import { MAX_ACCEPTANCE_DAYS } from '../../src/monitoring/reviews/dependencies/accepted-advisories.js';
import { DAYS_TO_MEND } from '../../src/monitoring/reviews/dependencies/dependency-review.js';
import { addressSettings, openingFiles, writingFiles } from './connections.js';
import { codesIn, sectionOf, tableRows } from './markdown-tables.js';
import { exists, read } from './repository.js';
import { ALL_SLICES } from './settings.js';
import { sourceTree, virtualTree, withoutSpecs } from './source-tree.js';

/* Lists that somebody wrote once, and that would be true once: each is held against what it lists. */

const SETTINGS = ALL_SLICES.flatMap(({ definition }) => Object.values(definition.settings));
const VARIABLES = new Set(SETTINGS.map(({ variable }) => variable));

const firstCells = (text: string): string[] => tableRows(text).flatMap(([cell = '']) => codesIn(cell));
const missing = (wanted: readonly string[], given: readonly string[]): string[] =>
  wanted.filter((one) => !given.includes(one));

describe('docs/KEYS.md', () => {
  const text = read('docs/KEYS.md');
  const listed = firstCells(sectionOf(text, 'Secrets of the settings'));
  const secrets = SETTINGS.filter(({ secret }) => secret === true).map(({ variable }) => variable);

  it('has every secret of the settings, once, with holder, life and way of replacement', () => {
    const rows = tableRows(sectionOf(text, 'Secrets of the settings'));

    expect(missing(secrets, listed)).toEqual([]);
    expect(missing(listed, secrets)).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  });

  it('has the certificates, and every file with a key or a certificate that is a setting', () => {
    const section = sectionOf(text, 'Keys and certificates that are no secret of a setting');
    const files = [...VARIABLES].filter((variable) => /_(CERT|KEY)_FILE$/.test(variable));

    expect(files.length).toBeGreaterThan(1);
    expect(missing(files, codesIn(section))).toEqual([]);
  });

  it('has every algorithm that a rule allows, and says where it is decided', () => {
    const section = sectionOf(text, 'Algorithms');
    const allowed = [...read('test/repository/cryptography-rules.ts').matchAll(/new Set\(\['([^\]]+)'\]\)/g)]
      .flatMap(([, names = '']) => names.split("', '"))
      .filter((name) => /^(sha|aes|chacha)/.test(name));
    const signatures = SETTINGS.find(({ variable }) => variable === 'OIDC_ALGORITHMS')?.schema.safeParse(
      undefined,
    );
    const places = codesIn(section).filter((code) => code.includes('/'));

    expect(allowed).toContain('aes-256-gcm');
    expect(signatures?.success).toBe(true);
    expect(
      missing([...allowed, ...((signatures?.data as string[] | undefined) ?? [])], codesIn(section)),
    ).toEqual([]);
    expect(places.filter((place) => !exists(place))).toEqual([]);
  });
});

describe('docs/COMMUNICATION.md', () => {
  const text = read('docs/COMMUNICATION.md');
  const tables = ['In', 'Out'].map((heading) => sectionOf(text, heading));
  const called = tables.flatMap(firstCells);
  const silent = codesIn(sectionOf(text, 'Addresses that nobody calls'));
  /** Writes a mail into a buffer, with the same package. */
  const COMPOSES = 'src/platform/mail/mail-source.ts';

  it('has every setting that is an address', () => {
    expect(missing(addressSettings(ALL_SLICES), [...called, ...silent])).toEqual([]);
    expect([...called, ...silent].filter((variable) => !VARIABLES.has(variable))).toEqual([]);
    expect(called.filter((variable) => silent.includes(variable))).toEqual([]);
  });

  it('has every file of the program that opens a connection or a port, and no other', () => {
    const listed = tables.flatMap((table) => codesIn(table)).filter((code) => code.startsWith('src/'));
    const opening = openingFiles(withoutSpecs(sourceTree('src'))).filter((file) => file !== COMPOSES);

    expect(opening.toSorted()).toEqual(listed.toSorted());
  });

  it.each([
    ['a request', 'await fetch(address);'],
    ['a request of Node', "import { request } from 'node:https';"],
    ['a socket', "import { connect } from 'node:net';"],
    ['a Redis', 'new Redis(url);'],
    ['a Redis whose client is loaded', "const { Redis: Client } = await import('ioredis');"],
    ['a database', 'new pg.Pool({});'],
    ['a port', 'app.listen(3000);'],
    ['a name that is looked up', "import { lookup } from 'node:dns/promises';"],
  ])('counter-proof: %s somewhere else is found', (_what, code) => {
    expect(openingFiles(virtualTree({ 'src/a.ts': code }))).toEqual(['src/a.ts']);
  });
});

describe('docs/VALUES.md', () => {
  const text = read('docs/VALUES.md');
  const files = codesIn(text).filter((code) => /^(src|test)\//.test(code));
  const SRC = withoutSpecs(sourceTree('src'));

  it('has every place that refuses input for more than one value of it', () => {
    const places = SRC.filter(
      ({ path, text: code }) =>
        code.includes('new ValidationFailure(') && !path.startsWith('src/validation/'),
    ).map(({ path }) => path);

    expect(places.length).toBeGreaterThan(2);
    expect(missing(places, files)).toEqual([]);
  });

  it('has every file of settings with a rule about several', () => {
    const ruled = ALL_SLICES.filter(({ definition }) => 'rules' in definition).map(({ name }) => name);
    const declared = SRC.filter(({ text: code }) =>
      ruled.some((name) => code.includes(`export class ${name} extends`)),
    ).map(({ path }) => path);

    expect(declared.length).toBe(ruled.length);
    expect(missing(declared, files)).toEqual([]);
  });

  it('names files, tests and problem codes that are there', () => {
    const codes = codesIn(text).flatMap((code) => /^\d{3} ([a-z_.]+)$/.exec(code)?.[1] ?? []);
    const problems = tableRows(sectionOf(text, 'Of requests')).flatMap(([, cell = '']) => codesIn(cell));
    const known = SRC.filter(({ path }) => path.endsWith('.errors.ts')).map(({ text: code }) => code);

    expect(files.filter((file) => !exists(file))).toEqual([]);
    expect(problems.length).toBeGreaterThan(8);
    expect([...codes, ...problems].filter((code) => !known.some((one) => one.includes(`'${code}'`)))).toEqual(
      [],
    );
  });
});

describe('docs/SESSIONS.md', () => {
  const text = read('docs/SESSIONS.md');

  it('has every setting about the life of a session, with what counts when nobody sets it', () => {
    const lives = SETTINGS.filter(({ variable }) =>
      /^(SESSION_.*(MINUTES|HOURS|SECONDS)|OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS)$/.test(variable),
    );
    const untold = lives.filter(({ variable, schema }) => {
      const fallback = schema.safeParse(undefined).data as number | undefined;
      return !text.includes(`\`${variable}\`${fallback === undefined ? '' : ` (${fallback})`}`);
    });

    expect(lives.length).toBeGreaterThan(3);
    expect(untold.map(({ variable }) => variable)).toEqual([]);
  });

  it('says how many there may be, and what ends which', () => {
    expect(text.match(/^## .*$/gm)).toEqual(['## How long', '## How many', '## What ends what']);
    expect(tableRows(sectionOf(text, 'What ends what')).length).toBeGreaterThan(5);
  });
});

describe('docs/REVIEWS.md', () => {
  it('[C.3] gives every severity the time that the review tells', () => {
    const rows = tableRows(sectionOf(read('docs/REVIEWS.md'), 'How soon a library is mended'));

    expect(
      Object.fromEntries(rows.map(([severity = '', time = '']) => [codesIn(severity)[0], time])),
    ).toEqual(
      Object.fromEntries(Object.entries(DAYS_TO_MEND).map(([severity, days]) => [severity, `${days} days`])),
    );
    expect(read('docs/REVIEWS.md')).toContain(`An acceptance lasts ${MAX_ACCEPTANCE_DAYS} days at most`);
  });
});

describe('docs/LOGGING.md', () => {
  /** Evidence that somebody exports, and mails that go into a folder: both stand in the table. */
  const WRITERS = [
    'src/monitoring/audit/commands/audit-export.ts',
    'src/monitoring/audit/evidence/evidence-file.ts',
    'src/platform/mail/file-transport.ts',
  ];

  it('names what is written, where, for whom and how long', () => {
    const rows = tableRows(sectionOf(read('docs/LOGGING.md'), 'What is written, where, and for whom'));

    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  });

  it('[P8.2] names everything that writes: no other file of the program can', () => {
    expect(writingFiles(withoutSpecs(sourceTree('src'))).toSorted()).toEqual(WRITERS);
  });

  it.each([
    "import { appendFileSync } from 'node:fs';",
    "import { writeFile } from 'node:fs/promises';",
    "import fs from 'node:fs';",
    "import { createSocket } from 'node:dgram';",
    "console.log('here');",
  ])('[P8.2] counter-proof: a log of somebody’s own is found: %s', (code) => {
    expect(writingFiles(virtualTree({ 'src/a.ts': code }))).toEqual(['src/a.ts']);
  });
});
