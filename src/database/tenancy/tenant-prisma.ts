import { Prisma, type PrismaClient } from '../generated/client.js';

/** Prisma without what would open other connections or transactions, or take SQL as a string. */
export type TenantPrisma = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$extends' | '$on' | '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'
>;

/** A statement that is written out, with its values beside its text. */
export type Statement = Prisma.Sql;

/** Makes one out of a template: what stands in its gaps becomes a parameter and never text (P9.1). */
export const sql: (text: readonly string[], ...values: unknown[]) => Statement = Prisma.sql;
