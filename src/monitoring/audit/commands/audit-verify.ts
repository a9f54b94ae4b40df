import { parseArgs } from 'node:util';
import { runCommand } from '../../../database/commands/run-command.js';
import { withClient } from '../../../database/connection/with-client.js';
import { AuditConfig } from '../audit.config.js';
import { readHead, type KnownHead } from '../verification/known-head.js';
import { StoredTrail } from '../verification/stored-trail.js';
import { verifyTrail, type Verification } from '../verification/verify-trail.js';
import { AuditorConfig } from './auditor.config.js';

const USAGE = 'usage: npm run audit:verify -- (--head POSITION:MAC | --no-head) [--json]';

/* Ends with 0 when nothing was changed, and with 1 when something was, or nobody can tell. */
await runCommand([AuditorConfig, AuditConfig], async ({ url }, { keys }) => {
  const { head, isJson } = readArguments();
  const verification = await withClient(url, (client) => verifyTrail(new StoredTrail(client), keys, head));
  if (!verification.isIntact) {
    process.exitCode = 1;
  }
  return isJson ? JSON.stringify(verification) : describe(verification);
});

function describe({
  isIntact,
  checked,
  lastPosition,
  isEndKnown,
  waiting,
  late,
  faultCount,
  faults,
}: Verification): string {
  const lines = faults.map(({ kind, position, rowId, message }) => {
    const place = [
      position === null ? [] : `position ${position}`,
      rowId === null ? [] : `row ${rowId}`,
    ].flat();
    return `  ${[...place, kind].join(', ')}: ${message}`;
  });
  const verdict = isIntact
    ? `The audit trail is intact: ${checked} links, up to position ${lastPosition}.`
    : `THE AUDIT TRAIL WAS CHANGED, or is not kept as it should be: ${faultCount} faults in ${checked} links.`;
  const end = isEndKnown ? [] : ['Without a head, nobody can say whether something was cut off at its end.'];
  const lateness =
    late === 0 ? [] : [`${late} rows were sealed an hour or more after later ones: look at them.`];
  const unproven =
    waiting === 0 ? [] : [`${waiting} rows wait for their seal: nothing is proven of them yet.`];
  return [verdict, ...lines, ...end, ...lateness, ...unproven].join('\n');
}

/** Whoever has no head says so: a verification that cannot find a cut must not look like one that can. */
function readArguments(): { head: KnownHead | null; isJson: boolean } {
  const { values } = parseArgs({
    options: {
      head: { type: 'string' },
      'no-head': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if ((values.head === undefined) !== values['no-head']) {
    throw new Error(USAGE);
  }
  return { head: values.head === undefined ? null : readHead(values.head), isJson: values.json };
}
