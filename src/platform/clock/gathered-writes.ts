import { Logger } from '@nestjs/common';
import { RepeatedTask } from './repeated-task.js';

/** What is gathered, and how it is written. */
export interface Gathering<Entry> {
  /** So many entries wait at most; whatever else comes then is not gathered. */
  readonly maxEntries: number;
  /** What a failed write means; it is logged, and the entries are kept for the next time. */
  readonly failure: string;
  /** Writes entries of one tenant: all of them or none. */
  readonly write: (tenantId: string, entries: readonly Entry[]) => Promise<void>;
  /** Adds what could not be written to what was gathered of the same since. */
  readonly merge: (later: Entry, earlier: Entry) => void;
}

const FLUSH_MILLISECONDS = 5000;

/** Counts that come with every request and are written every few seconds, and once more at a clean end. */
export class GatheredWrites<Entry extends { readonly tenantId: string }> {
  private readonly logger = new Logger(GatheredWrites.name);
  private readonly task = new RepeatedTask(FLUSH_MILLISECONDS, 'gathering goes on', () => this.flush());
  private gathered = new Map<string, Entry>();
  private beingWritten = 0;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly gathering: Gathering<Entry>) {}

  start(): void {
    this.task.start();
  }

  async stop(): Promise<void> {
    this.task.stop();
    await this.flush();
  }

  /** The entry to count in, made when there is none yet; undefined once there are too many. */
  entryOf(key: string, make: () => Entry): Entry | undefined {
    const known = this.gathered.get(key);
    if (known || this.gathered.size + this.beingWritten >= this.gathering.maxEntries) {
      return known;
    }
    const entry = make();
    this.gathered.set(key, entry);
    return entry;
  }

  /** Writes what was gathered, one tenant after the other; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flushNow());
    return this.flushing;
  }

  private async flushNow(): Promise<void> {
    const taken = this.gathered;
    this.gathered = new Map();
    this.beingWritten = taken.size;
    for (const [tenantId, batch] of Map.groupBy(taken, ([, entry]) => entry.tenantId)) {
      try {
        await this.gathering.write(
          tenantId,
          batch.map(([, entry]) => entry),
        );
      } catch (error) {
        this.logger.warn(`${this.gathering.failure}: ${(error as Error).message}`);
        batch.forEach(([key, entry]) => this.keep(key, entry));
      }
      this.beingWritten -= batch.length;
    }
  }

  private keep(key: string, earlier: Entry): void {
    const later = this.gathered.get(key);
    if (later) {
      this.gathering.merge(later, earlier);
    } else {
      this.gathered.set(key, earlier);
    }
  }
}
