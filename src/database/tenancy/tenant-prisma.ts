import type { PrismaClient } from '../generated/client.js';

/** Prisma without what would open other connections or transactions, or take SQL as a string. */
export type TenantPrisma = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$extends' | '$on' | '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'
>;
