import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCommand } from '../../../database/commands/run-command.js';
import { inTransaction, withClient, type CommandClient } from '../../../database/connection/with-client.js';
import { SystemClock } from '../../../platform/clock/system-clock.js';
import { AuditConfig } from '../audit.config.js';
import { isGenuineEvidence, writeEvidence } from '../evidence/evidence-file.js';
import { evidenceRows, type EvidenceFilter } from '../evidence/evidence-query.js';
import { AuditorConfig } from './auditor.config.js';

const USAGE =
  'usage: npm run audit:export -- --from TIME --to TIME [--tenant T] [--subject S] --out FILE, or --check FILE';

/** That somebody took a part of the trail away is part of it. */
const RECORD = `
  INSERT INTO audit.events (source, occurred_at, event_id, event, outcome, tenant_id, details)
  VALUES ('application', $1, $2, 'data_export', 'success', $3, $4)`;

/* Ends with 0 when the file was written or is genuine, and with 1 otherwise. */
await runCommand([AuditorConfig, AuditConfig], async ({ url }, { keys }) => {
  const { check, filter, out } = readArguments();
  if (check !== undefined) {
    if (!(await isGenuineEvidence(check, keys))) {
      throw new Error(`${check} is not as it was written, or not sealed with a key that is given`);
    }
    return `${check} is as it was written.`;
  }
  const count = await withClient(url, async (client) => exportEvidence(client, filter, out, keys));
  return `${count - 1} events in ${out}. Keep the file where nobody who is examined can reach it.`;
});

async function exportEvidence(
  client: CommandClient,
  filter: EvidenceFilter,
  out: string,
  keys: AuditConfig['keys'],
): Promise<number> {
  const madeAt = new Date(new SystemClock().nowMilliseconds());
  const lines = async function* (): AsyncGenerator<object> {
    yield { evidence: { ...filter, madeAt } };
    yield* evidenceRows(client, filter);
  };
  let isWritten = false;
  try {
    return await inTransaction(client, async () => {
      const details = { resource: 'audit-events', format: 'ndjson', ...filter };
      await client.query(RECORD, [madeAt, randomUUID(), filter.tenant, JSON.stringify(details)]);
      isWritten = true;
      return writeEvidence(out, lines(), keys);
    });
  } catch (error) {
    // Half of the evidence must not lie about as if it were all. Not a file that was there before.
    if (isWritten && (error as NodeJS.ErrnoException).code !== 'EEXIST') {
      await rm(out, { force: true });
    }
    throw error;
  }
}

function readArguments(): {
  readonly check: string | undefined;
  readonly filter: EvidenceFilter;
  readonly out: string;
} {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '' },
      to: { type: 'string', default: '' },
      tenant: { type: 'string' },
      subject: { type: 'string' },
      out: { type: 'string', default: '' },
      check: { type: 'string' },
    },
  });
  const [from, to] = [timeOf(values.from), timeOf(values.to)];
  const isCheck = values.check !== undefined;
  if (isCheck ? Object.values(values).filter(Boolean).length !== 1 : !from || !to || from >= to) {
    throw new Error(USAGE);
  }
  // An empty name is a variable that was not set, and no wish to export everybody's.
  if (values.tenant === '' || values.subject === '' || (!isCheck && values.out === '')) {
    throw new Error(USAGE);
  }
  const [tenant, subject] = [values.tenant ?? null, values.subject ?? null];
  const none = new Date(0);
  return {
    check: values.check,
    filter: { from: from ?? none, to: to ?? none, tenant, subject },
    out: values.out,
  };
}

/**
 * In ISO 8601 with its zone: a time without one means another moment on another machine. Of a day that there is: the
 * 31st of February would silently be another one.
 */
function timeOf(text: string): Date | undefined {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = new Date(isTime ? text : Number.NaN);
  const isDay = new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined;
}
