import type { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';

/** What one caller got, and whose rows it should have been. */
export interface RaceResult {
  readonly tenantId: string;
  readonly seen: ReadonlySet<string>;
}

const TENANTS = 40;
const CALLS = 800;

const tenants = Array.from({ length: TENANTS }, (_, index) => `race-${index}`);

/** Gives every tenant of the race one row of its own. */
export async function seedRace(database: TenantDatabase): Promise<void> {
  await Promise.all(
    tenants.map((tenantId) =>
      database.asTenant(tenantId, (prisma) =>
        prisma.customer.createMany({
          data: [{ tenantId, givenName: tenantId, familyName: tenantId, email: `${tenantId}@example.com` }],
          skipDuplicates: true,
        }),
      ),
    ),
  );
}

/** Hundreds of interleaved reads, writes and transactions of many tenants. */
export function raceTenants(database: TenantDatabase): Promise<RaceResult[]> {
  const calls = Array.from({ length: CALLS }, (_, index) =>
    callAs(database, tenants[index % TENANTS] ?? '', index),
  );
  return Promise.all(calls);
}

async function callAs(database: TenantDatabase, tenantId: string, index: number): Promise<RaceResult> {
  const rows = await database.asTenant(tenantId, async (prisma) => {
    if (index % 7 === 0) {
      return prisma.$transaction(async (tx) => [
        ...(await tx.customer.findMany()),
        ...(await tx.customer.findMany()),
      ]);
    }
    if (index % 5 === 0) {
      await prisma.customer.updateMany({ where: {}, data: { notes: tenantId } });
    }
    return prisma.customer.findMany();
  });
  return { tenantId, seen: new Set(rows.flatMap((row) => [row.tenantId, row.notes ?? row.tenantId])) };
}
