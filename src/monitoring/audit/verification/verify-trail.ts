import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { ChainCheck, type SealedEntry } from './chain-check.js';
import type { Fault } from './fault.js';
import type { KnownHead } from './known-head.js';
import type { StoredTrail } from './stored-trail.js';

/** What a verification has found. */
export interface Verification {
  readonly isIntact: boolean;
  /** Links that were checked. */
  readonly checked: number;
  readonly lastPosition: number;
  /** Whether a chain that was cut off at its end would have been noticed. */
  readonly isEndKnown: boolean;
  /** Rows since the last seal, of which nothing is proven yet. */
  readonly waiting: number;
  /** Rows that were sealed an hour or more after later ones. */
  readonly late: number;
  readonly faultCount: number;
  /** The first ones. */
  readonly faults: readonly Fault[];
}

const NOWHERE = { position: null, eventId: null };

/**
 * Verifies all that is kept, as it stands at one moment.
 *
 * @param look sees each link with its row, in order, after it was checked
 */
export async function verifyTrail(
  trail: StoredTrail,
  keys: KeyRing,
  knownHead: KnownHead | null,
  look?: (entry: SealedEntry) => void,
): Promise<Verification> {
  return trail.atOneMoment(async () => {
    const anchor = await trail.anchor(keys);
    const check = new ChainCheck(keys, anchor, knownHead);
    if (anchor && !anchor.isSigned) {
      const message =
        'the anchor that says that older rows were removed is not signed with a key that is given';
      check.report('anchor_changed', { ...NOWHERE, position: anchor.position }, message);
    }
    for await (const entry of trail.entries()) {
      check.add(entry);
      look?.(entry);
    }
    const lastPosition = check.end();
    const waiting = await checkSurroundings(trail, check, lastPosition);
    return verificationOf(check, { lastPosition, isEndKnown: knownHead !== null, waiting });
  });
}

interface End {
  readonly lastPosition: bigint;
  readonly isEndKnown: boolean;
  readonly waiting: number;
}

/** As a report. */
function verificationOf(
  { checked, late, faultCount, faults }: ChainCheck,
  { lastPosition, isEndKnown, waiting }: End,
): Verification {
  const isIntact = faultCount === 0;
  return {
    isIntact,
    checked,
    lastPosition: Number(lastPosition),
    isEndKnown,
    waiting,
    late,
    faultCount,
    faults,
  };
}

/** @returns how many rows wait for their seal */
async function checkSurroundings(
  trail: StoredTrail,
  check: ChainCheck,
  lastPosition: bigint,
): Promise<number> {
  const head = await trail.lastHead();
  if (head > lastPosition) {
    check.report('truncated', { ...NOWHERE, position: lastPosition }, `there was a batch up to ${head}`);
  }
  const { overdue, waiting, id } = await trail.unsealed();
  if (overdue > 0) {
    const eventId = id === null ? null : BigInt(id);
    const message = `${overdue} rows were recorded before the last seal, and have none`;
    check.report('never_sealed', { position: null, eventId }, message);
  }
  for (const fault of await trail.changeLogFaults()) {
    check.report('change_log_off', NOWHERE, `${fault}: changes are not recorded as they should be`);
  }
  return waiting;
}
