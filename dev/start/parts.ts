import { once } from 'node:events';
import { StartFailure } from '../start-failure.ts';

/** One of the processes that a start consists of. */
export interface Part {
  readonly name: string;
  /** Settles when it has ended, for whatever reason, with its last log lines. */
  readonly ended: Promise<readonly string[]>;
  /** Lets it finish its work. */
  readonly stop: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => void;
}

/** What is running, in the order in which it was started. */
export class Parts {
  readonly #parts: Part[] = [];

  add<Kind extends Part>(part: Kind): Kind {
    this.#parts.push(part);
    return part;
  }

  /** Returns when somebody wants to stop; rejects when a part ends that nobody stopped. */
  async runUntil(signal: AbortSignal): Promise<void> {
    const failures = this.#parts.map(async (part) => {
      throw endedUnexpectedly(part, await part.ended);
    });
    const asked = signal.aborted ? undefined : once(signal, 'abort');
    await Promise.race([asked, ...failures]);
  }

  /** The last started first: the API drains while the database that it needs is still there. */
  async stop(): Promise<void> {
    for (const part of this.#parts.toReversed()) {
      await part.stop();
    }
  }

  kill(): void {
    for (const part of this.#parts) {
      part.kill();
    }
  }
}

export function endedUnexpectedly({ name }: Part, lines: readonly string[]): StartFailure {
  const said = lines.map((line) => `\n  ${line}`).join('');
  return new StartFailure(`${name} ended unexpectedly${said ? `; it said last:${said}` : '.'}`);
}
