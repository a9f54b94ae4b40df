import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { BEGINNING, macOf } from '../chain/chain-link.js';
import type { Anchor } from '../chain/anchor.js';
import { MAX_TOLD_FAULTS, type Fault, type FaultKind } from './fault.js';
import type { KnownHead } from './known-head.js';
import { digestOf, type TrailRow } from './trail-row.js';

/** A link and its row, or null where the row is gone. */
export interface SealedEntry {
  readonly position: bigint;
  readonly eventId: bigint;
  readonly mac: Uint8Array;
  readonly keyId: string;
  readonly row: TrailRow | null;
}

/** A row that was sealed this long after later ones may be one that somebody put there afterwards. */
const LATE_MICROSECONDS = 3_600_000_000n;

/**
 * Goes along the chain. Each link is held against the stored MAC before it, so that one change is one fault and
 * does not hide the next.
 */
export class ChainCheck {
  readonly faults: Fault[] = [];
  faultCount = 0;
  checked = 0;
  /** Rows that were sealed long after others of their time; a long transaction does that, too. */
  late = 0;
  private last: { readonly position: bigint; readonly mac: Uint8Array };
  private newest = 0n;
  private isHeadSeen: boolean;

  /** @param knownHead null when nobody knows how far the chain went */
  constructor(
    private readonly keys: KeyRing,
    private readonly anchor: Anchor | null,
    private readonly knownHead: KnownHead | null,
  ) {
    this.last = anchor ?? { position: 0n, mac: BEGINNING };
    this.isHeadSeen = knownHead === null;
    if (knownHead && knownHead.position <= this.last.position) {
      this.compareHead(this.last);
    }
  }

  add(entry: SealedEntry): void {
    this.checked += 1;
    if (entry.position === this.last.position) {
      return this.report('row_duplicated', entry, 'there are two rows with the id of this link');
    }
    if (entry.position === this.last.position + 1n) {
      this.checkLink(entry);
    } else {
      const missing = `links ${this.last.position + 1n} to ${entry.position - 1n} are gone`;
      this.report('links_missing', { position: this.last.position + 1n, eventId: null }, missing);
    }
    this.last = entry;
    this.compareHead(entry);
    this.noteTime(entry);
  }

  /** After the last link. */
  end(): bigint {
    if (!this.isHeadSeen && this.knownHead) {
      const message = `the chain ends here, and went on to ${this.knownHead.position}`;
      this.report('truncated', { position: this.last.position, eventId: null }, message);
    }
    return this.last.position;
  }

  report(
    kind: FaultKind,
    at: { readonly position: bigint | null; readonly eventId: bigint | null },
    message: string,
  ): void {
    this.faultCount += 1;
    if (this.faults.length < MAX_TOLD_FAULTS) {
      const position = at.position === null ? null : Number(at.position);
      this.faults.push({ kind, position, rowId: at.eventId === null ? null : String(at.eventId), message });
    }
  }

  private checkLink(entry: SealedEntry): void {
    const key = this.keys.find(entry.keyId);
    const digest = entry.row ? digestOf(entry.row) : this.anchor?.stragglers.get(entry.eventId);
    if (!key) {
      return this.report(
        'unknown_key',
        entry,
        `it is sealed under the key ${entry.keyId}, which is not given`,
      );
    }
    if (!digest) {
      return this.report('row_missing', entry, 'the row of this link is gone');
    }
    if (Buffer.compare(macOf({ ...entry, digest }, this.last.mac, key), entry.mac) !== 0) {
      this.report('row_or_link_changed', entry, 'the row or its link is not what was sealed');
    }
  }

  private compareHead({ position, mac }: { readonly position: bigint; readonly mac: Uint8Array }): void {
    if (this.isHeadSeen || !this.knownHead || position < this.knownHead.position) {
      return;
    }
    this.isHeadSeen = true;
    if (position > this.knownHead.position) {
      const message = `the link of the known head ${this.knownHead.position} is not kept any more`;
      this.report('head_differs', { position, eventId: null }, message);
    } else if (Buffer.compare(mac, this.knownHead.mac) !== 0) {
      const message = 'the chain is another one than the one whose head is known';
      this.report('head_differs', { position, eventId: null }, message);
    }
  }

  private noteTime({ row }: SealedEntry): void {
    const recorded = BigInt(row?.recorded_at ?? 0);
    if (row && recorded + LATE_MICROSECONDS < this.newest) {
      this.late += 1;
    }
    this.newest = recorded > this.newest ? recorded : this.newest;
  }
}
