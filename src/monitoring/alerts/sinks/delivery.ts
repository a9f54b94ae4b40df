import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Alert } from '../alert.js';
import type { AlertSink } from './alert-sink.js';

/** More than anybody reads. */
export const MAX_WAITING = 500;
const MAX_TRIES = 8;
const FIRST_WAIT_MILLISECONDS = 250;

/** Hears what became of an alert. */
export type DeliveryObserver = (outcome: 'delivered' | 'given_up') => void;

/**
 * Brings alerts to one sink, one after the other, again while it fails, for a minute at most each. A sink of its
 * own waits for nobody else's, and what waits is bounded: during an attack more than enough is on its way. Whoever
 * makes many warnings does not keep a critical alert from coming through.
 */
export class Delivery {
  private readonly logger = new Logger(Delivery.name);
  private readonly stopped = new AbortController();
  private readonly waiting: Alert[] = [];
  private working: Promise<void> | null = null;

  constructor(
    private readonly sink: AlertSink,
    private readonly observe: DeliveryObserver,
  ) {}

  push(alert: Alert): void {
    this.waiting.push(alert);
    this.working ??= this.work();
    if (this.waiting.length > MAX_WAITING) {
      this.makeRoom();
    }
  }

  /** Each of those that wait gets its last try. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    for (let alert = this.waiting.shift(); alert; alert = this.waiting.shift()) {
      await this.deliver(alert);
    }
    this.working = null;
  }

  /** By the oldest warning; where everything is critical, by the youngest. */
  private makeRoom(): void {
    const oldestWarning = this.waiting.findIndex(({ severity }) => severity === 'warning');
    const [dropped] = this.waiting.splice(oldestWarning, 1);
    if (dropped) {
      this.giveUp(dropped, 'too many alerts wait');
    }
  }

  private async deliver(alert: Alert): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.sink.send(alert);
        this.observe('delivered');
        return;
      } catch (error) {
        if (attempt === MAX_TRIES || this.stopped.signal.aborted) {
          this.giveUp(alert, (error as Error).message);
          return;
        }
        await this.pause(attempt);
      }
    }
  }

  /** Twice as long each time, and never in step with other instances. */
  private async pause(attempt: number): Promise<void> {
    const milliseconds = FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    await delay(milliseconds, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }

  private giveUp({ id, rule }: Alert, reason: string): void {
    this.observe('given_up');
    this.logger.error({ alertId: id, rule, sink: this.sink.name, reason }, 'an alert was not delivered');
  }
}
