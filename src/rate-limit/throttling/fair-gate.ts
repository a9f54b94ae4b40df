/** How much of an expensive operation goes on at once, and who may wait for it. */
export interface GateLimits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly maxWaitMilliseconds: number;
}

export type Entry =
  | { readonly ok: true; readonly leave: () => void }
  | { readonly ok: false; readonly reason: 'queue_full' | 'waited_too_long' | 'gone' };

interface Waiter {
  readonly owner: string;
  readonly settle: (entry: Entry) => void;
}

/**
 * Lets a bounded number through at once and a bounded number wait, for a bounded time. Places
 * go round from owner to owner: who asks a hundred times waits behind who asks once. No owner
 * holds more than half of the places or of the queue, so that one who asks slowly and often
 * cannot keep the others out.
 */
export class FairGate {
  private queued = 0;
  private entered = 0;
  private readonly places = new Map<string, number>();
  /** Owners in the order in which they are next, each with its waiters. */
  private readonly queues = new Map<string, Waiter[]>();

  constructor(private readonly limits: GateLimits) {}

  /** @param signal aborts when the caller has gone; its place in the queue is then free at once */
  async enter(owner: string, signal: AbortSignal): Promise<Entry> {
    if (signal.aborted) {
      return { ok: false, reason: 'gone' };
    }
    if (this.hasPlaceFor(owner)) {
      return this.admit(owner);
    }
    const mine = this.queues.get(owner)?.length ?? 0;
    if (this.queued >= this.limits.maxQueued || mine >= half(this.limits.maxQueued)) {
      return { ok: false, reason: 'queue_full' };
    }
    return this.wait(owner, signal);
  }

  private hasPlaceFor(owner: string): boolean {
    const { maxConcurrent } = this.limits;
    return this.entered < maxConcurrent && (this.places.get(owner) ?? 0) < half(maxConcurrent);
  }

  private wait(owner: string, signal: AbortSignal): Promise<Entry> {
    return new Promise((resolve) => {
      const settle = (entry: Entry): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onGone);
        resolve(entry);
      };
      const waiter = { owner, settle };
      const giveUp = (reason: 'waited_too_long' | 'gone'): void => {
        this.remove(waiter);
        settle({ ok: false, reason });
      };
      const onGone = (): void => giveUp('gone');
      const timer = setTimeout(() => giveUp('waited_too_long'), this.limits.maxWaitMilliseconds);
      signal.addEventListener('abort', onGone, { once: true });
      this.queues.set(owner, [...(this.queues.get(owner) ?? []), waiter]);
      this.queued += 1;
    });
  }

  private admit(owner: string): Entry {
    this.occupy(owner, 1);
    let isInside = true;
    const leave = (): void => {
      if (isInside) {
        isInside = false;
        this.occupy(owner, -1);
        this.admitNext();
      }
    };
    return { ok: true, leave };
  }

  private occupy(owner: string, change: 1 | -1): void {
    const places = (this.places.get(owner) ?? 0) + change;
    this.entered += change;
    if (places === 0) {
      this.places.delete(owner);
    } else {
      this.places.set(owner, places);
    }
  }

  private admitNext(): void {
    for (const [owner, [next]] of this.queues) {
      if (next && this.hasPlaceFor(owner)) {
        this.remove(next);
        this.moveBehindTheOthers(owner);
        next.settle(this.admit(owner));
        return;
      }
    }
  }

  private remove(waiter: Waiter): void {
    const left = (this.queues.get(waiter.owner) ?? []).filter((other) => other !== waiter);
    this.queued -= 1;
    if (left.length > 0) {
      this.queues.set(waiter.owner, left);
    } else {
      this.queues.delete(waiter.owner);
    }
  }

  private moveBehindTheOthers(owner: string): void {
    const queue = this.queues.get(owner);
    if (queue) {
      this.queues.delete(owner);
      this.queues.set(owner, queue);
    }
  }
}

function half(limit: number): number {
  return Math.ceil(limit / 2);
}
