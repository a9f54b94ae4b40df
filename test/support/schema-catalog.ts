import { runSql } from './database.js';

/*
 * What PostgreSQL itself says about the tables of a database, as lines that can be compared.
 * CHECK constraints, indexes on expressions, policies and grants are left out: a Prisma schema
 * cannot describe them.
 */

const COLUMNS = `
  SELECT concat_ws(' ', table_name || '.' || column_name, udt_name, 'nullable=' || is_nullable,
    'default=' || column_default, 'length=' || character_maximum_length,
    'precision=' || coalesce(datetime_precision, numeric_precision), 'scale=' || numeric_scale) AS line
  FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`;

const INDEXES = `
  SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
  WHERE relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' AND indexprs IS NULL`;

const ENUMS = `
  SELECT format('enum %s: %s', typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)) AS line
  FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
  WHERE typnamespace = 'public'::regnamespace GROUP BY typname`;

const CONSTRAINTS = `
  SELECT format('%s %s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line
  FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
    AND conrelid <> coalesce(to_regclass('_prisma_migrations'), 0)`;

/** Columns, indexes, enums, and the keys of all tables but Prisma's own, sorted. */
export async function describeTables(adminUrl: string): Promise<string[]> {
  const answers = await Promise.all(
    [COLUMNS, INDEXES, ENUMS, CONSTRAINTS].map((sql) => runSql<{ line: string }>(adminUrl, sql)),
  );
  return answers
    .flat()
    .map(({ line }) => line)
    .toSorted();
}
