import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import type { PushChannel, PushHandler, Unsubscribe } from '../../platform/push/push-channel.js';
import { assertMessage, assertTopic, PushSubscriptions } from '../../platform/push/push-subscriptions.js';
import { connectionOptions } from '../connection/database-url.js';
import { CHANNEL_PREFIX as PREFIX } from './announce-with-commit.js';
import type { DatabaseConfig } from '../database.config.js';

const RECONNECT_DELAY_MILLISECONDS = 250;

/**
 * The push channel over LISTEN and NOTIFY, for installations without Redis. It holds one
 * connection of its own, outside the pool: what listens must stay on the same session, so
 * this connection cannot go through a transaction pooler.
 */
export class PostgresPushChannel implements PushChannel, OnModuleInit, OnApplicationShutdown {
  private readonly subscriptions = new PushSubscriptions();
  private client: pg.Client | undefined;
  private lastAnswer: Promise<unknown> = Promise.resolve();
  private isClosing = false;

  constructor(private readonly config: DatabaseConfig) {}

  get isConnected(): boolean {
    return this.client !== undefined;
  }

  async onModuleInit(): Promise<void> {
    // A database that is away delays the messages, not the start.
    await this.connect().catch(() => void this.reconnect());
  }

  async publish(topic: string, message: string): Promise<void> {
    assertTopic(topic);
    assertMessage(message);
    const { client } = this;
    if (!client) {
      throw new Error('The push channel is not connected');
    }
    await this.inTurn(() => client.query('SELECT pg_notify($1, $2)', [PREFIX + topic, message]));
  }

  async subscribe(topic: string, handler: PushHandler): Promise<Unsubscribe> {
    const unsubscribe = this.subscriptions.add(topic, handler);
    const { client } = this;
    await this.inTurn(async () => client?.query(`LISTEN ${pg.escapeIdentifier(PREFIX + topic)}`));
    return unsubscribe;
  }

  onBreak(handler: () => void): Unsubscribe {
    return this.subscriptions.addBreakHandler(handler);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.client?.end();
  }

  /** One connection answers one question at a time. */
  private async inTurn(question: () => Promise<unknown>): Promise<void> {
    const answer = this.lastAnswer.then(question);
    this.lastAnswer = answer.catch(() => undefined);
    await answer;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      ...connectionOptions(this.config.url),
      application_name: 'secure-api-push',
      connectionTimeoutMillis: this.config.connectTimeoutSeconds * 1000,
      // A question that is never answered would keep all others waiting.
      query_timeout: this.config.statementTimeoutSeconds * 1000,
      keepAlive: true,
    });
    // Without a listener a lost connection would end the process; `end` follows every error.
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => {
      this.subscriptions.deliver(channel.slice(PREFIX.length), payload ?? '');
    });
    await client.connect();
    await this.listenToAll(client);
    client.on('end', () => {
      this.client = undefined;
      this.subscriptions.announceBreak();
      void this.reconnect();
    });
    this.client = client;
  }

  /** Ends only when no topic is left, those included that came while the others were listened to. */
  private async listenToAll(client: pg.Client): Promise<void> {
    const heard = new Set<string>();
    for (let topic = this.firstUnheard(heard); topic !== undefined; topic = this.firstUnheard(heard)) {
      await client.query(`LISTEN ${pg.escapeIdentifier(PREFIX + topic)}`);
      heard.add(topic);
    }
  }

  private firstUnheard(heard: ReadonlySet<string>): string | undefined {
    return this.subscriptions.topics.find((topic) => !heard.has(topic));
  }

  private async reconnect(): Promise<void> {
    while (!this.isClosing && !this.client) {
      await delay(RECONNECT_DELAY_MILLISECONDS, undefined, { ref: false });
      await this.connect().catch(() => undefined);
    }
  }
}
