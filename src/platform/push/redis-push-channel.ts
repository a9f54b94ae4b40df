import type { OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import type { PushChannel, PushHandler, Unsubscribe } from './push-channel.js';
import { assertMessage, assertTopic, PushSubscriptions } from './push-subscriptions.js';

/** What the name of a channel of Redis begins with, before the topic. */
export const PREFIX = 'push:';

/** The push channel over Redis publish/subscribe. */
export class RedisPushChannel implements PushChannel, OnModuleInit {
  private readonly subscriptions = new PushSubscriptions();
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private connected = false;

  constructor(connections: RedisConnections) {
    this.publisher = connections.open('push-publisher');
    this.subscriber = connections.open('push-subscriber');
  }

  get isConnected(): boolean {
    return this.connected;
  }

  onModuleInit(): void {
    this.subscriber.on('message', (channel, message) => {
      this.subscriptions.deliver(channel.slice(PREFIX.length), message);
    });
    this.subscriber.on('close', () => {
      if (this.connected) {
        this.connected = false;
        this.subscriptions.announceBreak();
      }
    });
    this.subscriber.on('ready', () => void this.listen());
    if (this.subscriber.status === 'ready') {
      void this.listen();
    }
  }

  async publish(topic: string, message: string): Promise<void> {
    assertTopic(topic);
    assertMessage(message);
    await this.publisher.publish(PREFIX + topic, message);
  }

  async subscribe(topic: string, handler: PushHandler): Promise<Unsubscribe> {
    const unsubscribe = this.subscriptions.add(topic, handler);
    if (this.subscriber.status === 'ready') {
      await this.subscriber.subscribe(PREFIX + topic);
    }
    return unsubscribe;
  }

  onBreak(handler: () => void): Unsubscribe {
    return this.subscriptions.addBreakHandler(handler);
  }

  /** Connected means that every topic is heard, not merely that the socket is open. */
  private async listen(): Promise<void> {
    try {
      const channels = this.subscriptions.topics.map((topic) => PREFIX + topic);
      if (channels.length > 0) {
        await this.subscriber.subscribe(...channels);
      }
      this.connected = true;
    } catch {
      // The connection broke again; the next `ready` comes back here.
    }
  }
}
