import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENCRYPTED_TABLES } from '../../src/database/encryption/encrypted-tables.js';
import { codesIn, sectionOf, tableRows } from '../repository/markdown-tables.js';
import { read } from '../repository/repository.js';
import { createTestDatabase, runSql, type TestDatabase } from '../support/database.js';

/* docs/DATA.md gives every column a level of protection. Here the columns are those of the database itself. */

const LEVELS = [1, 2, 3, 4] as const;

/** Roles that look at everything and need nobody's name for it. */
const OBSERVERS = ['secure_api_reporting', 'secure_api_auditor', 'secure_api_incident_response'];

/** What stands there instead of a value: whoever reads it can compare, and no more. */
const DIGEST = /(_hash|_index|\.fingerprint)$/;

const COLUMNS = `
  SELECT concat_ws('.', CASE nspname WHEN 'public' THEN NULL ELSE nspname END, relname, attname) AS name,
    ARRAY(SELECT role FROM unnest(ARRAY[${OBSERVERS.map((role) => `'${role}'`).join(', ')}]) AS role
      WHERE has_column_privilege(role, pg_class.oid, attnum, 'SELECT')) AS readers
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname !~ '^(pg_|information_schema)' AND relkind IN ('r', 'p') AND NOT relispartition
    AND attnum > 0 AND NOT attisdropped AND relname <> '_prisma_migrations'`;

interface Column {
  readonly name: string;
  readonly readers: readonly string[];
}

let database: TestDatabase;
let columns: Column[];
const levelOf = new Map<string, number>();
const twice: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  columns = await runSql<Column>(database.adminUrl, COLUMNS);
  for (const [table = '', ...levels] of tableRows(sectionOf(read('docs/DATA.md'), 'Columns'))) {
    for (const level of LEVELS) {
      for (const column of codesIn(levels[level - 1] ?? '')) {
        const name = `${codesIn(table)[0]}.${column}`;
        twice.push(...(levelOf.has(name) ? [name] : []));
        levelOf.set(name, level);
      }
    }
  }
});
afterAll(() => database.drop());

const ofLevel = (wanted: number): string[] =>
  [...levelOf].filter(([, level]) => level === wanted).map(([name]) => name);

describe('docs/DATA.md', () => {
  it('[P9.4] gives every column of the database one level, and none that is not there', () => {
    const names = columns.map(({ name }) => name);

    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !levelOf.has(name))).toEqual([]);
    expect([...levelOf.keys()].filter((name) => !names.includes(name))).toEqual([]);
    expect(twice).toEqual([]);
  });

  it('[P9.4] has in the highest level what is sealed, and what is a digest of a secret, and nothing else', () => {
    const sealed = Object.entries(ENCRYPTED_TABLES).flatMap(([table, { sealed: names }]) =>
      names.map((name) => `${table}.${name}`),
    );

    expect(
      ofLevel(4)
        .filter((name) => !DIGEST.test(name))
        .toSorted(),
    ).toEqual(sealed.toSorted());
    expect([...levelOf.keys()].filter((name) => DIGEST.test(name) && levelOf.get(name) !== 4)).toEqual([]);
  });

  it('[P9.2] keeps personal and sensitive columns from every role that only looks', () => {
    const seen = columns
      .filter(({ name }) => (levelOf.get(name) ?? 0) >= 3)
      .flatMap(({ name, readers }) => readers.map((role) => `${role} reads ${name}`));

    expect(ofLevel(3).length).toBeGreaterThan(3);
    expect(seen).toEqual([]);
  });

  it('[P9.2] counter-proof: a column of a lower level is read by one of them', () => {
    const seen = columns.filter(({ name, readers }) => levelOf.get(name) === 2 && readers.length > 0);

    expect(seen.length).toBeGreaterThan(0);
  });
});
