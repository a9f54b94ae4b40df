import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PushChannel } from '../../platform/push/push-channel.js';

const TOPIC = 'heartbeat';
const INTERVAL_MILLISECONDS = 250;
const MAX_SILENCE_MILLISECONDS = 750;

/**
 * Whether what is revoked elsewhere would be heard here within a moment. A connection can look
 * alive while nothing comes through any more; so this instance sends itself a message again and
 * again, and believes the channel only while it hears it.
 */
@Injectable()
export class PushTrust implements OnModuleInit, OnApplicationShutdown {
  private readonly ownName = randomUUID();
  /** When the newest heartbeat that came back was sent. */
  private sentAt = -Infinity;
  private isBeating = false;
  private lineage = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(PushChannel) private readonly channel: PushChannel) {}

  async onModuleInit(): Promise<void> {
    this.channel.onBreak(() => (this.sentAt = -Infinity));
    await this.channel.subscribe(TOPIC, (message) => this.hear(message));
    this.timer = setInterval(() => this.beat(), INTERVAL_MILLISECONDS).unref();
  }

  private beat(): void {
    if (!this.isBeating) {
      this.isBeating = true;
      this.channel
        .publish(TOPIC, `${this.ownName} ${performance.now()}`)
        .catch(() => undefined)
        .finally(() => (this.isBeating = false));
    }
  }

  /** What counts is when it was sent: a channel that is late is as bad as one that is deaf. */
  private hear(message: string): void {
    const [name, sentAt] = message.split(' ');
    if (name === this.ownName) {
      this.lineage += this.isGiven ? 0 : 1;
      this.sentAt = Math.max(this.sentAt, Number(sentAt));
    }
  }

  get isGiven(): boolean {
    return this.channel.isConnected && performance.now() - this.sentAt <= MAX_SILENCE_MILLISECONDS;
  }

  /** Another one after each time in which something may have gone by unheard. */
  get epoch(): number {
    return this.lineage;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
