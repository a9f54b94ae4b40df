import { parseArgs } from 'node:util';
import { OwnerConfig } from '../../../database/commands/owner.config.js';
import { runCommand } from '../../../database/commands/run-command.js';
import { withClient } from '../../../database/connection/with-client.js';
import { makeAuditPartitions } from '../../../database/migrations/make-audit-partitions.js';
import { SystemClock } from '../../../platform/clock/system-clock.js';
import { AuditConfig } from '../audit.config.js';
import { planRetention, removeOldRows } from '../retention/retain-trail.js';
import { readHead, type KnownHead } from '../verification/known-head.js';

const USAGE =
  'usage: npm run audit:retain -- --keep-days N (--head POSITION:MAC | --no-head) [--dry-run]; N is 30 or more';

const DAY_MILLISECONDS = 86_400_000;
const MIN_DAYS = 30;

/*
 * Ends with 0 when nothing is kept for longer than it should be, with --dry-run when nothing hinders that; and with 1
 * otherwise.
 */
await runCommand([OwnerConfig, AuditConfig], async ({ ownerUrl }, { keys }) => {
  const { before, head, isDryRun } = readArguments();
  return withClient(ownerUrl, async (client) => {
    if (!isDryRun) {
      await makeAuditPartitions(client);
    }
    const retention = await planRetention(client, keys, before, head);
    const moment = before.toISOString();
    if (retention.removed === 0) {
      return `Nothing in the trail is from before ${moment}.`;
    }
    if (isDryRun) {
      return `${retention.removed} rows are from before ${moment}. Nothing was removed.`;
    }
    await removeOldRows(client, keys, retention);
    return `${retention.removed} rows from before ${moment} were removed; the chain begins after position ${retention.anchor.position}.`;
  });
});

function readArguments(): { before: Date; head: KnownHead | null; isDryRun: boolean } {
  const { values } = parseArgs({
    options: {
      'keep-days': { type: 'string', default: '' },
      head: { type: 'string' },
      'no-head': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const days = /^\d{1,5}$/.test(values['keep-days']) ? Number(values['keep-days']) : 0;
  if (days < MIN_DAYS || (values.head === undefined) !== values['no-head']) {
    throw new Error(USAGE);
  }
  const head = values.head === undefined ? null : readHead(values.head);
  return { before: startOfMonth(days), head, isDryRun: values['dry-run'] };
}

/** Of the month, by UTC, in which a row was recorded that is now so many days old: months go as a whole. */
function startOfMonth(daysAgo: number): Date {
  const then = new Date(new SystemClock().nowMilliseconds() - daysAgo * DAY_MILLISECONDS);
  return new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth()));
}
