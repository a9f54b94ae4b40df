import type { Readable } from 'node:stream';

/**
 * A place that is free when two things are over: the answer, and the work. A client that hangs
 * up ends the first and not the second; if that freed the place, asking and hanging up again
 * and again would start as much work at once as one likes.
 */
export class HeldPlace {
  private isWorking = true;
  private stream: Readable | undefined;

  /** @param closed aborts when the answer has left, or its client has */
  constructor(
    private readonly closed: AbortSignal,
    private readonly leave: () => void,
  ) {
    if (closed.aborted) {
      queueMicrotask(() => this.answerHasClosed());
    }
    closed.addEventListener('abort', () => this.answerHasClosed());
  }

  /** What the handler gave is still being made while it is sent. */
  holdUntilClosed(stream: Readable): void {
    this.stream = stream;
    stream.once('close', () => this.workHasEnded());
    if (this.closed.aborted) {
      stream.destroy();
    }
  }

  handlerHasEnded(): void {
    if (this.stream === undefined) {
      this.workHasEnded();
    }
  }

  private answerHasClosed(): void {
    this.stream?.destroy(); // nobody reads it any more
    this.leaveIfDone();
  }

  private workHasEnded(): void {
    this.isWorking = false;
    this.leaveIfDone();
  }

  private leaveIfDone(): void {
    if (this.closed.aborted && !this.isWorking) {
      this.leave();
    }
  }
}
