import { defineConfig } from 'prisma/config';

// `prisma generate` looks for the schema engine although it never runs it, and
// would download it. Any existing file satisfies the look-up; `prisma migrate`,
// which does need the engine, keeps the ordinary download.
if (process.argv.includes('generate')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations', seed: 'node prisma/seed.ts' },
  datasource: { url: process.env.DATABASE_OWNER_URL ?? '' },
});
