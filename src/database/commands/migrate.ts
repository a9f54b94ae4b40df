import { applyMigrations } from '../migrations/apply-migrations.js';
import { withClient } from '../connection/with-client.js';
import { OwnerConfig } from './owner.config.js';
import { runCommand } from './run-command.js';

/** Partitions of the audit trail that are made ahead; without one of their own, rows are kept, but removed slowly. */
const MONTHS_AHEAD = 3;

await runCommand([OwnerConfig], async ({ ownerUrl }) => {
  const applied = await applyMigrations(ownerUrl);
  await withClient(ownerUrl, (client) => client.query('SELECT audit.make_partitions($1)', [MONTHS_AHEAD]));
  return applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`;
});
