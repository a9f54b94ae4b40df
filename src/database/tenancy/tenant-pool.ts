import { Injectable, Logger } from '@nestjs/common';
import type { QueryConfig, QueryResult } from 'pg';
import { DatabaseConfig } from '../database.config.js';
import { DatabaseUnreachable } from '../connection/database-unreachable.js';
import { connectionOptions } from '../connection/database-url.js';
import { DriverPool, type PooledClient } from '../connection/driver.js';
import { ExcessivePrivilege } from '../connection/excessive-privilege.js';
import { assertLeastPrivilege } from '../connection/least-privilege.js';
import { TenantClient } from './tenant-client.js';

const APPLICATION_NAME = 'secure-api';
const ANSWER_GRACE_MILLISECONDS = 500;
const MAX_LOGGED_STATEMENT_LENGTH = 2000;

/** The pool of connections that carry the tenant; there is no other way from Prisma to the database. */
@Injectable()
export class TenantPool extends DriverPool {
  private readonly logger = new Logger(TenantPool.name);

  constructor(private readonly config: DatabaseConfig) {
    super({
      ...connectionOptions(config.url),
      application_name: APPLICATION_NAME,
      max: config.poolSize,
      connectionTimeoutMillis: config.connectTimeoutSeconds * 1000,
      // The server ends a slow statement; the second limit is for a network that swallows its answer.
      query_timeout: config.statementTimeoutSeconds * 1000 + ANSWER_GRACE_MILLISECONDS,
      statement_timeout: config.statementTimeoutSeconds * 1000,
      // A transaction whose instance is gone must not keep its locks until TCP notices.
      idle_in_transaction_session_timeout: config.statementTimeoutSeconds * 1000 + ANSWER_GRACE_MILLISECONDS,
      keepAlive: true,
      Client: TenantClient,
      onConnect: (client: TenantClient) => this.admit(client),
    });
    this.on('error', (error) => this.logger.warn(`an idle database connection ended: ${error.message}`));
  }

  /** Before a new connection is used: it carries tenants, and its role is the one that it should be. */
  protected async admit(client: TenantClient): Promise<void> {
    await client.prepareForTenants((text, milliseconds) => this.reportSlow(text, milliseconds));
    await assertLeastPrivilege(client);
  }

  /** Whoever gives the connection back, a spoilt one is not used again: Prisma's transactions do not look. */
  override async connect(): Promise<PooledClient> {
    const client = await this.connectOrExplain();
    const release = client.release.bind(client);
    client.release = (error) => release(error ?? (client as unknown as TenantClient).spoiledBy);
    return client;
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
      client.release();
    }
  }

  private async connectOrExplain(): Promise<PooledClient> {
    try {
      return await super.connect();
    } catch (error) {
      throw error instanceof ExcessivePrivilege ? error : new DatabaseUnreachable(error);
    }
  }

  private reportSlow(text: string, milliseconds: number): void {
    if (milliseconds >= this.config.slowQueryMilliseconds) {
      const statement = text.slice(0, MAX_LOGGED_STATEMENT_LENGTH);
      this.logger.warn({ statement, durationMilliseconds: Math.round(milliseconds) }, 'slow statement');
    }
  }
}
