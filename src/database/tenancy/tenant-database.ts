import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { DatabaseConfig } from '../database.config.js';
import { PrismaClient } from '../generated/client.js';
import { translateDatabaseError } from '../translate-database-error.js';
import { ambientTransaction } from './ambient-transaction.js';
import { PreparedStatementNames } from './prepared-statement-names.js';
import { tenantContext } from './tenant-context.js';
import { TenantPool } from './tenant-pool.js';
import type { Statement, TenantPrisma } from './tenant-prisma.js';

/** The application's only door to the database: every call names the tenant it works for. */
@Injectable()
export class TenantDatabase implements OnApplicationShutdown {
  private readonly prisma: PrismaClient;
  private readonly statementNames = new PreparedStatementNames();

  constructor(
    private readonly pool: TenantPool,
    private readonly config: DatabaseConfig,
  ) {
    const adapter = new PrismaPg(this.pool as unknown as pg.Pool, {
      statementNameGenerator: ({ sql }) => this.statementNames.nameOf(sql),
    });
    this.prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  }

  /**
   * Runs `work` for one tenant: it sees and writes that tenant's rows, whatever its queries say.
   * Inside `inTransaction` it takes part in that transaction.
   *
   * @throws AppError for conflicts and for a database that cannot answer
   */
  async asTenant<T>(tenantId: string, work: (prisma: TenantPrisma) => PromiseLike<T>): Promise<T> {
    const prisma = this.transactionOf(tenantId) ?? this.prisma;
    try {
      // Prisma's promises start when they are awaited, so they must be awaited in here.
      return await tenantContext.run({ tenantId }, async () => await work(prisma));
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * The rows of a statement that only reads, for one tenant, past Prisma's engine: for what is read so often that the
   * engine costs more than the row. It goes through the same pool, tenant and all. Inside `inTransaction` it is part of it.
   *
   * @throws AppError for a database that cannot answer
   */
  async rows<Row extends object>(tenantId: string, statement: Statement): Promise<Row[]> {
    if (this.transactionOf(tenantId)) {
      return this.asTenant(tenantId, (prisma) => prisma.$queryRaw<Row[]>(statement));
    }
    const { text, values } = statement;
    const query = { name: this.statementNames.nameOf(text), text, values };
    try {
      return (await tenantContext.run({ tenantId }, async () => this.pool.query(query))).rows as Row[];
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Runs `work` for whoever holds a reference to one row, such as the hash of a credential, while
   * nobody knows yet whose row that is. It sees the row of that reference and changes nothing.
   *
   * @throws AppError for a database that cannot answer
   */
  async byReference<T>(reference: string, work: (prisma: TenantPrisma) => PromiseLike<T>): Promise<T> {
    if (this.isInTransaction) {
      throw new Error('a transaction belongs to one tenant');
    }
    try {
      return await tenantContext.run({ reference }, async () => await work(this.prisma));
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Whether the current chain of calls works in a transaction. */
  get isInTransaction(): boolean {
    return ambientTransaction.getStore() !== undefined;
  }

  /**
   * Everything that `work` does through `asTenant`, however deep, is one transaction: done
   * completely when it returns, undone completely when it throws.
   */
  async inTransaction<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    if (this.transactionOf(tenantId)) {
      return work();
    }
    const { connectTimeoutSeconds, statementTimeoutSeconds } = this.config;
    const limits = { maxWait: connectTimeoutSeconds * 1000, timeout: statementTimeoutSeconds * 1000 };
    try {
      return await tenantContext.run({ tenantId }, async () =>
        this.prisma.$transaction((prisma) => ambientTransaction.run({ tenantId, prisma }, work), limits),
      );
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Resolves when the database answers a statement of the application's role. */
  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** After the last request: Nest calls this once the HTTP server is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }

  private transactionOf(tenantId: string): TenantPrisma | undefined {
    const ambient = ambientTransaction.getStore();
    if (ambient && ambient.tenantId !== tenantId) {
      throw new Error('a transaction belongs to one tenant');
    }
    return ambient?.prisma;
  }
}
