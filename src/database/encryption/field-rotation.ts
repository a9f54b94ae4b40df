import pg from 'pg';
import { ENCRYPTED_TABLES, type EncryptedTable } from './encrypted-tables.js';
import { blindIndex } from './blind-index.js';
import { inTransaction } from '../connection/with-client.js';
import type { EncryptionConfig } from './encryption.config.js';
import { isSealed, openText, sealText, type FieldPlace } from './sealed-text.js';

export interface RotationOptions {
  /** Rows that one transaction renews; so many rows are locked for as long. */
  readonly batchSize: number;
  /** Seal what is stored as plaintext, from before its column was encrypted, instead of refusing it. */
  readonly sealsPlaintext: boolean;
  /** Asked between two batches. */
  readonly isStopped: () => boolean;
}

export interface RotationReport {
  /** Rows that were renewed by this run. */
  readonly renewed: number;
  /** Rows with a value under another than the current key: more than none when it was stopped. */
  readonly outstanding: number;
  /** Values that do not open, each by table, column and row; their rows stay as they are. */
  readonly faults: readonly string[];
}

interface StaleRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly cells: (string | null)[];
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Brings every encrypted value and every blind index under the current keys, while the
 * application works. There is no list of what is done: a row is outstanding as long as one of
 * its values names another key, so that a run can be stopped anywhere and the next goes on.
 */
export class FieldRotation {
  private readonly faults: string[] = [];

  constructor(
    private readonly client: pg.Client,
    private readonly config: EncryptionConfig,
    private readonly options: RotationOptions,
  ) {}

  async run(): Promise<RotationReport> {
    let renewed = 0;
    let outstanding = 0;
    for (const [name, table] of Object.entries<EncryptedTable>(ENCRYPTED_TABLES)) {
      renewed += await this.renewTable(name, table);
      outstanding += await this.countStale(name, table);
    }
    return { renewed, outstanding, faults: this.faults };
  }

  private async renewTable(name: string, table: EncryptedTable): Promise<number> {
    let renewed = 0;
    let last: string | undefined = BEFORE_ALL;
    while (last !== undefined && !this.options.isStopped()) {
      const batch = await this.renewBatch(name, table, last);
      renewed += batch.renewed;
      last = batch.lastId;
    }
    return renewed;
  }

  /** Locked rows cannot change between reading and writing; a writer waits for one small batch. */
  private renewBatch(
    name: string,
    table: EncryptedTable,
    after: string,
  ): Promise<{ renewed: number; lastId: string | undefined }> {
    const columns = columnsOf(table);
    return inTransaction(this.client, async () => {
      const { rows } = await this.client.query<StaleRow>(
        `SELECT id, tenant_id, ARRAY[${escapeIdentifiers(columns)}] AS cells
         FROM ${pg.escapeIdentifier(name)}
         WHERE id > $1 AND EXISTS (SELECT FROM unnest(ARRAY[${escapeIdentifiers(columns)}], $2::text[]) AS u(cell, form)
                                   WHERE cell !~ form)
         ORDER BY id LIMIT $3 FOR UPDATE`,
        [after, this.currentForms(table), this.options.batchSize],
      );
      const fresh = rows.flatMap((row) => this.renewedRow(name, table, row) ?? []);
      await this.client.query(
        `UPDATE ${pg.escapeIdentifier(name)} AS stored
         SET (${escapeIdentifiers(columns)}) =
           (SELECT ${escapeIdentifiers(columns)}
            FROM jsonb_populate_record(NULL::${pg.escapeIdentifier(name)}, fresh.cells))
         FROM jsonb_to_recordset($1::jsonb) AS fresh(id uuid, cells jsonb)
         WHERE stored.id = fresh.id`,
        [JSON.stringify(fresh)],
      );
      return { renewed: fresh.length, lastId: rows.at(-1)?.id };
    });
  }

  private async countStale(name: string, table: EncryptedTable): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${pg.escapeIdentifier(name)}
       WHERE EXISTS (SELECT FROM unnest(ARRAY[${escapeIdentifiers(columnsOf(table))}], $1::text[]) AS u(cell, form)
                     WHERE cell !~ form)`,
      [this.currentForms(table)],
    );
    return rows[0]?.count ?? 0;
  }

  /** How each column of the table looks once it is renewed, in the order of `columnsOf`. Plaintext never does. */
  private currentForms(table: EncryptedTable): string[] {
    const { encryptionKeys, indexKeys } = this.config;
    return columnsOf(table).map((column) =>
      table.sealed.includes(column)
        ? `^${encryptionKeys.current.id}\\.[A-Za-z0-9_-]{38,}$`
        : `^${indexKeys.current.id}\\.[A-Za-z0-9_-]{22}$`,
    );
  }

  /** Nothing for a row with a value that does not open: it is noted, and the others go on. */
  private renewedRow(
    name: string,
    table: EncryptedTable,
    row: StaleRow,
  ): { id: string; cells: Record<string, string | null> } | undefined {
    try {
      return { id: row.id, cells: this.renewedCells(name, table, row) };
    } catch (error) {
      this.faults.push((error as Error).message);
      return undefined;
    }
  }

  private renewedCells(name: string, table: EncryptedTable, row: StaleRow): Record<string, string | null> {
    const cells: Record<string, string | null> = {};
    for (const [index, column] of table.sealed.entries()) {
      const place = { tenantId: row.tenant_id, table: name, column, rowId: row.id };
      const text = this.plaintextOf(row.cells[index] ?? null, place);
      cells[column] = text === null ? null : sealText(text, place, this.config.encryptionKeys);
      const { column: indexColumn, normalize } = table.indexed[column] ?? {};
      if (indexColumn !== undefined && normalize) {
        cells[indexColumn] = text === null ? null : blindIndex(normalize(text), place, this.config.indexKeys);
      }
    }
    return cells;
  }

  private plaintextOf(cell: string | null, place: FieldPlace): string | null {
    if (cell === null || (this.options.sealsPlaintext && !isSealed(cell))) {
      return cell;
    }
    const text = openText(cell, place, this.config.encryptionKeys);
    if (text === undefined) {
      const fault = isSealed(cell) ? 'does not open' : 'is plaintext';
      throw new Error(`${place.table}.${place.column} of the row ${place.rowId} ${fault}`);
    }
    return text;
  }
}

function columnsOf({ sealed, indexed }: EncryptedTable): string[] {
  return [...sealed, ...Object.values(indexed).map(({ column }) => column)];
}

function escapeIdentifiers(names: readonly string[]): string {
  return names.map((name) => pg.escapeIdentifier(name)).join(', ');
}
