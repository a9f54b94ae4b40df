import type { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';

/** What one caller got, and whose rows it should have been. */
export interface RaceResult {
  readonly tenantId: string;
  readonly seen: ReadonlySet<string>;
}

const TENANTS = 300;
const CALLS = 3000;

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
  const readAll = () => database.asTenant(tenantId, (prisma) => prisma.customer.findMany());
  if (index % 5 === 0) {
    await database.asTenant(tenantId, (prisma) =>
      prisma.customer.updateMany({ where: {}, data: { givenName: tenantId } }),
    );
  }
  const rows =
    index % 7 === 0
      ? await database.inTransaction(tenantId, async () => [...(await readAll()), ...(await readAll())])
      : await readAll();
  return { tenantId, seen: new Set(rows.flatMap((row) => [row.tenantId, row.givenName])) };
}
