import { performance } from 'node:perf_hooks';
import pg, { type ClientConfig, type QueryConfig, type QueryResult } from 'pg';
import { DatabaseUnreachable } from '../connection/database-unreachable.js';
import { DriverClient } from '../connection/driver.js';
import { actorOf } from './statement-actor.js';
import { tenantContext } from './tenant-context.js';
import { NOBODY, SET_REFERENCE, SET_TENANT, TenantStatement } from './tenant-statement.js';

/** Statements that open, close or mark a transaction touch no row, and some must come first in it. */
const TRANSACTION_CONTROL =
  /^(BEGIN|COMMIT|ROLLBACK|((ROLLBACK TO|RELEASE) )?SAVEPOINT \w+|SET TRANSACTION ISOLATION LEVEL [A-Z ]+)$/;

/** Connection exceptions, shutdown, and prepared statements that no longer fit a changed table. */
const SPOILING_CODES = /^(08|57P0[123]|0A000|26000)/;

/** Hears how long each statement took, also one that failed. The text has placeholders and no values. */
export type StatementObserver = (text: string, durationMilliseconds: number) => void;

/** A connection on which every statement carries the tenant of its caller. */
export class TenantClient extends DriverClient {
  private observe: StatementObserver = () => undefined;

  /** Why the connection must not be used again. An ordinary refused statement does not spoil it. */
  spoiledBy: Error | undefined;

  constructor(config?: ClientConfig) {
    super(config);
    // A connection that breaks while in use emits this beside failing its statement; without a
    // listener Node would end the process.
    this.on('error', (error) => (this.spoiledBy = error));
  }

  /** Makes the connection usable; the pool calls it once, before anybody gets the connection. */
  async prepareForTenants(observer: StatementObserver): Promise<void> {
    await super.query({ ...SET_TENANT, values: ['', ''] });
    await super.query({ ...SET_REFERENCE, values: [''] });
    this.observe = observer;
  }

  override async query(query: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    const config = typeof query === 'string' ? { text: query, ...(values && { values }) } : query;
    const start = performance.now();
    try {
      return TRANSACTION_CONTROL.test(config.text)
        ? await this.controlTransaction(config)
        : await this.queryAsTenant(config);
    } catch (error) {
      throw this.blame(error as Error);
    } finally {
      this.observe(config.text, performance.now() - start);
    }
  }

  /** PostgreSQL answers COMMIT with ROLLBACK, and with no error, when a statement had failed before. */
  private async controlTransaction(config: QueryConfig): Promise<QueryResult> {
    const result = await super.query(config);
    if (config.text === 'COMMIT' && result.command !== 'COMMIT') {
      throw new TypeError('the transaction was undone, because one of its statements had failed');
    }
    return result;
  }

  private queryAsTenant(config: QueryConfig): Promise<QueryResult> {
    const statement = new TenantStatement(config, tenantContext.getStore() ?? NOBODY, actorOf(config.text));
    return new Promise<QueryResult>((resolve, reject) => {
      statement.callback = (error, result) => (error ? reject(error) : resolve(result));
      void super.query(statement);
    });
  }

  /** What is neither the server's word about the statement nor a value that cannot be sent is the connection's fault. */
  private blame(error: Error): Error {
    const isServersWord = error instanceof pg.DatabaseError;
    if (error instanceof TypeError || (isServersWord && !SPOILING_CODES.test(error.code ?? ''))) {
      return error;
    }
    this.spoiledBy = error;
    return isServersWord ? error : new DatabaseUnreachable(error);
  }
}
