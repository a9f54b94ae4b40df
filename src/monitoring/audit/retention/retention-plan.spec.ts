import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../platform/crypto/key-ring.js';
import { BEGINNING, macOf } from '../chain/chain-link.js';
import { ChainCheck, type SealedEntry } from '../verification/chain-check.js';
import { digestOf, type TrailRow } from '../verification/trail-row.js';
import { RetentionPlan } from './retention-plan.js';

const KEYS = new KeyRing(`a1:${Buffer.alloc(32, 1).toString('base64')}`);
const NOW = new Date('2026-01-01T00:00:00Z');
const OLD = '0';
const YOUNG = String(NOW.getTime() * 1000);

const EMPTY: TrailRow = {
  id: null,
  recorded_at: null,
  occurred_at: null,
  source: null,
  event_id: null,
  event: null,
  outcome: null,
  tenant_id: null,
  subject: null,
  client_id: null,
  credential_id: null,
  address: null,
  method: null,
  route: null,
  request_id: null,
  trace_id: null,
  details: null,
  database_role: null,
  xid: null,
};

/** A chain of rows that were recorded at these times. */
function chainOf(times: readonly string[]): SealedEntry[] {
  let mac: Uint8Array = BEGINNING;
  return times.map((recorded_at, index) => {
    const eventId = BigInt(index + 100);
    const row = { ...EMPTY, id: String(eventId), recorded_at };
    const link = { position: BigInt(index + 1), eventId, digest: digestOf(row) };
    mac = macOf(link, mac, KEYS.current.key);
    return { ...link, mac, keyId: 'a1', row };
  });
}

/** What is left of a chain, once the plan was carried out. */
function afterwards(chain: readonly SealedEntry[]) {
  const plan = new RetentionPlan(NOW, null);
  chain.forEach((entry) => plan.add(entry));
  const anchor = plan.end();
  const kept = chain
    .filter(({ position }) => position > anchor.position)
    .map((entry) => ({ ...entry, row: entry.row?.recorded_at === YOUNG ? entry.row : null }));
  const check = new ChainCheck(KEYS, anchor, null);
  kept.forEach((entry) => check.add(entry));
  return { plan, anchor, kept, faults: check.faults };
}

describe('RetentionPlan', () => {
  it.each([
    { times: [OLD, OLD, YOUNG], beginsAfter: 2n, stragglers: 0, removed: 2 },
    { times: [YOUNG, OLD, YOUNG], beginsAfter: 0n, stragglers: 1, removed: 1 },
    { times: [OLD, YOUNG, OLD, OLD, YOUNG], beginsAfter: 1n, stragglers: 2, removed: 3 },
    { times: [YOUNG], beginsAfter: 0n, stragglers: 0, removed: 0 },
    // The last link always stays.
    { times: [OLD, OLD], beginsAfter: 1n, stragglers: 1, removed: 2 },
    { times: [OLD], beginsAfter: 0n, stragglers: 1, removed: 1 },
    { times: [], beginsAfter: 0n, stragglers: 0, removed: 0 },
  ])('lets $times begin after $beginsAfter', ({ times, beginsAfter, stragglers, removed }) => {
    const { plan, anchor, faults } = afterwards(chainOf(times));

    expect([anchor.position, anchor.stragglers.size, plan.removed]).toEqual([
      beginsAfter,
      stragglers,
      removed,
    ]);
    expect(faults).toEqual([]);
  });

  it('keeps what was recorded in the very moment, and nothing from before it', () => {
    const before = String(NOW.getTime() * 1000 - 1);
    const { plan, anchor } = afterwards(chainOf([before, YOUNG]));

    expect([plan.removed, anchor.position]).toEqual([1, 1n]);
  });

  it('ends when so many rows were put in afterwards that it is no accident any more', () => {
    const chain = chainOf([YOUNG, ...Array.from({ length: 10_001 }, () => OLD)]);
    const plan = new RetentionPlan(NOW, null);

    expect(() => chain.slice(0, -1).forEach((entry) => plan.add(entry))).not.toThrow();
    expect(() => plan.add(chain.at(-1) as SealedEntry)).toThrow('more than 10000 old rows');
  });

  it('takes digests along for as long as their links stay', () => {
    const first = afterwards(chainOf([OLD, YOUNG, OLD, YOUNG]));
    const aged = first.kept.map((entry) =>
      entry.position === 2n ? { ...entry, row: { ...EMPTY, recorded_at: OLD } } : entry,
    );

    const second = new RetentionPlan(NOW, first.anchor);
    aged.forEach((entry) => second.add(entry));

    expect([...first.anchor.stragglers.keys()]).toEqual([102n]);
    expect([second.end().position, second.end().stragglers.size]).toEqual([3n, 0]);
  });
});
