import { setImmediate } from 'node:timers/promises';
import type { TenantDatabase } from './tenant-database.js';
import type { Statement } from './tenant-prisma.js';

/** Reads the rows that have one of these ids, in any order. */
type ReadRows = (ids: string[]) => Statement;

interface Batch<Row> {
  readonly ids: Set<string>;
  readonly rows: Promise<ReadonlyMap<string, Row>>;
}

/** Longer arrays gain nothing, and one statement must not keep everybody waiting. */
const MAX_IDS = 100;

/**
 * Finds rows by id. What is asked for one tenant within one turn of the event loop is one statement, so that a
 * busy instance reads for many requests at the price of one. Never for two tenants: a statement has one, whose
 * policy decides about its rows. Whoever works in a transaction shares nothing and reads in it.
 */
export class MergedReads<Row extends { readonly id: string }> {
  /** Those that have not been sent. */
  private readonly open = new Map<string, Batch<Row>>();

  constructor(
    private readonly database: TenantDatabase,
    private readonly readRows: ReadRows,
  ) {}

  /** @throws AppError as `TenantDatabase.rows`; then for everybody who shares the statement */
  async find(tenantId: string, id: string): Promise<Row | null> {
    const key = id.toLowerCase(); // as PostgreSQL writes a UUID
    const rows = this.database.isInTransaction
      ? await this.read(tenantId, new Set([key]))
      : await this.join(tenantId, key);
    return rows.get(key) ?? null;
  }

  private join(tenantId: string, id: string): Promise<ReadonlyMap<string, Row>> {
    let batch = this.open.get(tenantId);
    if (!batch || batch.ids.size >= MAX_IDS) {
      const ids = new Set<string>();
      batch = { ids, rows: this.readAtEndOfTurn(tenantId, ids) };
      this.open.set(tenantId, batch);
    }
    batch.ids.add(id);
    return batch.rows;
  }

  private async readAtEndOfTurn(tenantId: string, ids: Set<string>): Promise<ReadonlyMap<string, Row>> {
    await setImmediate();
    if (this.open.get(tenantId)?.ids === ids) {
      this.open.delete(tenantId);
    }
    return this.read(tenantId, ids);
  }

  private async read(tenantId: string, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Row>> {
    const rows = await this.database.rows<Row>(tenantId, this.readRows([...ids]));
    return new Map(rows.map((row) => [row.id, row]));
  }
}
