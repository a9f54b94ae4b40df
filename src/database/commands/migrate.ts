import { applyMigrations } from '../migrations/apply-migrations.js';
import { MigrateConfig } from './migrate.config.js';
import { runCommand } from './run-command.js';

await runCommand([MigrateConfig], async ({ ownerUrl }) => {
  const applied = await applyMigrations(ownerUrl);
  return applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`;
});
