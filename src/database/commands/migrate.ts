import { withClient } from '../connection/with-client.js';
import { applyMigrations } from '../migrations/apply-migrations.js';
import { makeAuditPartitions } from '../migrations/make-audit-partitions.js';
import { OwnerConfig } from './owner.config.js';
import { runCommand } from './run-command.js';

await runCommand([OwnerConfig], async ({ ownerUrl }) => {
  const applied = await applyMigrations(ownerUrl);
  const isReady = await withClient(ownerUrl, makeAuditPartitions);
  const result = applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`;
  return isReady
    ? result
    : `${result} Somebody reads the audit trail: its next months are made another time.`;
});
