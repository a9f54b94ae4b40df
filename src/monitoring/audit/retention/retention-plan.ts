import { BEGINNING } from '../chain/chain-link.js';
import type { Anchor } from '../chain/anchor.js';
import type { SealedEntry } from '../verification/chain-check.js';
import { digestOf } from '../verification/trail-row.js';

/** More links than this that outlive their rows are no stragglers: the trail was filled afterwards. */
const MAX_STRAGGLERS = 10_000;

/** A link whose row does not stay. */
interface RemovedLink extends Pick<SealedEntry, 'position' | 'mac' | 'eventId'> {
  readonly digest: Uint8Array;
}

/**
 * Finds out, link by link, where the chain begins when the rows before a moment are gone. Links go with their rows,
 * up to the first one whose row stays; later links of removed rows stay, with the digest in place of the row.
 */
export class RetentionPlan {
  /** Rows that are to be removed. */
  removed = 0;
  private readonly beforeMicroseconds: bigint;
  private beginning: Pick<Anchor, 'position' | 'mac'>;
  /** The last link so far, while no row stays: whether it goes depends on what follows. */
  private undecided: RemovedLink | null = null;
  private isBeforeAllThatStay = true;
  private readonly stragglers = new Map<bigint, Uint8Array>();

  /** @param anchor where the chain begins now; null where nothing was ever removed */
  constructor(
    before: Date,
    private readonly anchor: Anchor | null,
  ) {
    this.beforeMicroseconds = BigInt(before.getTime()) * 1000n;
    this.beginning = anchor ?? { position: 0n, mac: BEGINNING };
  }

  add(entry: SealedEntry): void {
    const removed = this.removedLinkOf(entry);
    this.beginning = this.undecided ?? this.beginning;
    this.undecided = null;
    if (!removed) {
      this.isBeforeAllThatStay = false;
    } else if (this.isBeforeAllThatStay) {
      this.undecided = removed;
    } else {
      this.keepLinkOnly(removed);
    }
  }

  /** @throws Error when too many links would outlive their rows */
  end(): Anchor {
    // The end of the chain stays in any case, so that there is something to go on from.
    if (this.undecided) {
      this.keepLinkOnly(this.undecided);
    }
    const { position, mac } = this.beginning;
    return { position, mac, stragglers: this.stragglers };
  }

  private keepLinkOnly({ eventId, digest }: RemovedLink): void {
    this.stragglers.set(eventId, digest);
    if (this.stragglers.size > MAX_STRAGGLERS) {
      throw new Error(
        `more than ${MAX_STRAGGLERS} old rows were sealed after rows that stay: look at them first`,
      );
    }
  }

  private removedLinkOf({ position, mac, eventId, row }: SealedEntry): RemovedLink | null {
    if (row === null) {
      const digest = this.anchor?.stragglers.get(eventId);
      return digest ? { position, mac, eventId, digest } : null;
    }
    if (BigInt(row.recorded_at ?? 0) >= this.beforeMicroseconds) {
      return null;
    }
    this.removed += 1;
    return { position, mac, eventId, digest: digestOf(row) };
  }
}
