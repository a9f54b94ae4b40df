import { Injectable, Logger } from '@nestjs/common';
import type { QueryConfig, QueryResult } from 'pg';
import { DatabaseConfig } from '../database.config.js';
import { DatabaseUnreachable } from './database-unreachable.js';
import { DriverPool, type PooledClient } from './driver.js';
import { TenantClient } from './tenant-client.js';

const APPLICATION_NAME = 'secure-api';

/** The pool of connections that carry the tenant; there is no other way from Prisma to the database. */
@Injectable()
export class TenantPool extends DriverPool {
  constructor(config: DatabaseConfig) {
    super({
      connectionString: config.url,
      application_name: APPLICATION_NAME,
      max: config.poolSize,
      connectionTimeoutMillis: config.connectTimeoutSeconds * 1000,
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
      return await client.query(query, values);
    } finally {
      // A failed statement does not spoil its connection; the pool itself drops broken ones.
      client.release();
    }
  }
}
