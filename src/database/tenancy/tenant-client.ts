import { performance } from 'node:perf_hooks';
import pg, { type ClientConfig, type QueryConfig, type QueryResult } from 'pg';
import { DatabaseUnreachable } from '../connection/database-unreachable.js';
import { DriverClient } from '../connection/driver.js';
import { tenantContext } from './tenant-context.js';
import { SET_TENANT, TenantStatement } from './tenant-statement.js';

/** Statements that open, close or mark a transaction touch no row, and some must come first in it. */
const TRANSACTION_CONTROL =
  /^(BEGIN|COMMIT|ROLLBACK|((ROLLBACK TO|RELEASE) )?SAVEPOINT \w+|SET TRANSACTION ISOLATION LEVEL [A-Z ]+)$/;

/** Who calls without a tenant is nobody: row-level security shows no row to the empty name. */
const NO_TENANT = '';

/** Hears how long each statement took, also one that failed. The text has placeholders and no values. */
export type StatementObserver = (text: string, durationMilliseconds: number) => void;

/** A connection on which every statement carries the tenant of its caller. */
export class TenantClient extends DriverClient {
  private observe: StatementObserver = () => undefined;

  constructor(config?: ClientConfig) {
    super(config);
    // A connection that breaks while in use emits this beside failing its statement; without a
    // listener Node would end the process.
    this.on('error', () => undefined);
  }

  /** Makes the connection usable; the pool calls it once, before anybody gets the connection. */
  async prepareForTenants(observer: StatementObserver): Promise<void> {
    await super.query({ ...SET_TENANT, values: [NO_TENANT] });
    this.observe = observer;
  }

  override async query(query: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    const config = typeof query === 'string' ? { text: query, ...(values && { values }) } : query;
    if (TRANSACTION_CONTROL.test(config.text)) {
      return super.query(config);
    }
    const statement = new TenantStatement(config, tenantContext.getStore() ?? NO_TENANT);
    const start = performance.now();
    return new Promise<QueryResult>((resolve, reject) => {
      statement.callback = (error, result) => {
        this.observe(config.text, performance.now() - start);
        return error ? reject(blame(error)) : resolve(result);
      };
      void super.query(statement);
    });
  }
}

/** What is neither the server's word about the statement nor a value that cannot be sent is the connection's fault. */
function blame(error: Error): Error {
  return error instanceof pg.DatabaseError || error instanceof TypeError
    ? error
    : new DatabaseUnreachable(error);
}
