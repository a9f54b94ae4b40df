import { Injectable, Logger } from '@nestjs/common';
import pg, { type QueryConfig, type QueryResult } from 'pg';
import { DatabaseConfig } from '../database.config.js';
import { DatabaseUnreachable } from './database-unreachable.js';
import { DriverPool, type PooledClient } from './driver.js';
import { TenantClient } from './tenant-client.js';

const APPLICATION_NAME = 'secure-api';
const ANSWER_GRACE_MILLISECONDS = 500;

/** Connection exceptions, shutdown, and prepared statements that no longer fit a changed table. */
const SPOILING_CODES = /^(08|57P0[123]|0A000|26000)/;

/** The pool of connections that carry the tenant; there is no other way from Prisma to the database. */
@Injectable()
export class TenantPool extends DriverPool {
  constructor(config: DatabaseConfig) {
    super({
      connectionString: config.url,
      application_name: APPLICATION_NAME,
      max: config.poolSize,
      connectionTimeoutMillis: config.connectTimeoutSeconds * 1000,
      // The server ends a slow statement; the second limit is for a network that swallows its answer.
      query_timeout: config.statementTimeoutSeconds * 1000 + ANSWER_GRACE_MILLISECONDS,
      statement_timeout: config.statementTimeoutSeconds * 1000,
      keepAlive: true,
      Client: TenantClient,
      onConnect: (client: TenantClient) => client.prepareForTenants(),
    });
    const logger = new Logger(TenantPool.name);
    this.on('error', (error) => logger.warn(`an idle database connection ended: ${error.message}`));
  }

  override async connect(): Promise<PooledClient> {
    try {
      return await super.connect();
    } catch (error) {
      throw new DatabaseUnreachable(error);
    }
  }

  /**
   * pg's own `query` runs a waiting statement inside the call that freed the connection, that
   * is, in another caller's asynchronous context: under load, in another tenant's. Awaiting
   * the connection brings the caller's own context back before the statement is made.
   */
  override async query(query: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    const client = await this.connect();
    try {
      const result = await client.query(query, values);
      client.release();
      return result;
    } catch (error) {
      client.release(isSpoilt(error) ? error : undefined);
      throw error;
    }
  }
}

/** Whether the connection must not be used again. An ordinary refused statement does not spoil it. */
function isSpoilt(error: unknown): error is Error {
  return (
    error instanceof DatabaseUnreachable ||
    (error instanceof pg.DatabaseError && SPOILING_CODES.test(error.code ?? ''))
  );
}
