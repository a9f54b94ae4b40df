import { describe, expect, it } from 'vitest';
import { PreparedStatementNames } from './prepared-statement-names.js';

const LIMIT = 256;

const filled = (): PreparedStatementNames => {
  const names = new PreparedStatementNames();
  for (let index = 0; index < LIMIT; index += 1) {
    names.nameOf(`SELECT ${index}`);
  }
  return names;
};

describe('the names of prepared statements', () => {
  it('are the same for the same statement', () => {
    const names = new PreparedStatementNames();

    expect(names.nameOf('SELECT 1')).toBe(names.nameOf('SELECT 1'));
  });

  it('differ for different statements', () => {
    const names = new PreparedStatementNames();

    const given = Array.from({ length: LIMIT }, (_, index) => names.nameOf(`SELECT ${index}`));

    expect(new Set(given).size).toBe(LIMIT);
    expect(given).not.toContain('');
  });

  it('tell statements apart that differ in letters only', () => {
    const names = new PreparedStatementNames();

    expect(names.nameOf('SELECT a')).not.toBe(names.nameOf('SELECT A'));
  });

  it('are short enough for PostgreSQL, which cuts identifiers silently', () => {
    const names = new PreparedStatementNames();

    expect(names.nameOf('SELECT 1'.padEnd(10_000, ' ')).length).toBeLessThan(64);
  });

  it('run out, and what comes after stays unnamed', () => {
    const names = filled();

    expect(names.nameOf('SELECT of another')).toBe('');
    expect(names.nameOf('SELECT of another')).toBe('');
  });

  it('stay with the statements that have one', () => {
    const names = filled();

    expect(names.nameOf('SELECT 0')).not.toBe('');
    expect(names.nameOf(`SELECT ${LIMIT - 1}`)).not.toBe('');
  });
});
