import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/client.js';
import { translateDatabaseError } from '../translate-database-error.js';
import { PreparedStatementNames } from './prepared-statement-names.js';
import { tenantContext } from './tenant-context.js';
import { TenantPool } from './tenant-pool.js';

/** Prisma without what would open other connections or take SQL as a string. */
export type TenantPrisma = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$extends' | '$on' | '$queryRawUnsafe' | '$executeRawUnsafe'
>;

/** The application's only door to the database: every call names the tenant it works for. */
@Injectable()
export class TenantDatabase implements OnApplicationShutdown {
  private readonly prisma: PrismaClient;

  constructor(private readonly pool: TenantPool) {
    const names = new PreparedStatementNames();
    const adapter = new PrismaPg(this.pool as unknown as pg.Pool, {
      statementNameGenerator: ({ sql }) => names.nameOf(sql),
    });
    this.prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  }

  /**
   * Runs `work` for one tenant: it sees and writes that tenant's rows, whatever its queries say.
   *
   * @throws AppError for conflicts and for a database that cannot answer
   */
  async asTenant<T>(tenantId: string, work: (prisma: TenantPrisma) => PromiseLike<T>): Promise<T> {
    try {
      // Prisma's promises start when they are awaited, so they must be awaited in here.
      return await tenantContext.run(tenantId, async () => await work(this.prisma));
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
}
