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
  private heardAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(PushChannel) private readonly channel: PushChannel) {}

  async onModuleInit(): Promise<void> {
    this.channel.onBreak(() => (this.heardAt = -Infinity));
    await this.channel.subscribe(TOPIC, (message) => {
      if (message === this.ownName) {
        this.heardAt = performance.now();
      }
    });
    this.timer = setInterval(() => {
      this.channel.publish(TOPIC, this.ownName).catch(() => undefined);
    }, INTERVAL_MILLISECONDS).unref();
  }

  get isGiven(): boolean {
    return this.channel.isConnected && performance.now() - this.heardAt <= MAX_SILENCE_MILLISECONDS;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
