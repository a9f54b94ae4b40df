import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisConfig } from './redis.config.js';
import { connectionOptions } from './redis-url.js';

const MAX_RECONNECT_DELAY_MILLISECONDS = 1000;

/** A server that owes an answer for so long has vanished without a word; TCP would wait much longer. */
const MAX_SILENCE_MILLISECONDS = 2000;

/**
 * Makes and ends the connections to Redis. Each reconnects by itself, for ever; what a caller
 * does while Redis is away is the caller's decision, and never waiting without bound.
 */
export class RedisConnections implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnections.name);
  private readonly connections: Redis[] = [];

  private constructor(
    private readonly config: RedisConfig,
    private readonly Client: typeof Redis | undefined,
  ) {}

  /** Loads the client, which costs every start time and memory, only where there is a Redis. */
  static async create(config: RedisConfig): Promise<RedisConnections> {
    const Client = config.url === undefined ? undefined : (await import('ioredis')).Redis;
    return new RedisConnections(config, Client);
  }

  get isConfigured(): boolean {
    return this.config.url !== undefined;
  }

  /**
   * A new connection. Commands fail at once while it is down instead of piling up in memory.
   * How long an answer is waited for is the caller's to say.
   */
  open(purpose: string): Redis {
    if (this.config.url === undefined || this.Client === undefined) {
      throw new Error('REDIS_URL is not set');
    }
    const { bareUrl, tls } = connectionOptions(this.config.url);
    const redis = new this.Client(bareUrl, {
      ...tls,
      connectionName: purpose,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      socketTimeout: MAX_SILENCE_MILLISECONDS,
      // After a failover the old primary stays reachable; its name has moved to the new one.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
      retryStrategy: (attempt) => Math.min(attempt * 50, MAX_RECONNECT_DELAY_MILLISECONDS),
    });
    redis.on('close', () => forgetOwedAnswer(redis));
    this.logTransitions(redis, purpose);
    this.connections.push(redis);
    return redis;
  }

  onApplicationShutdown(): void {
    for (const redis of this.connections) {
      redis.disconnect();
    }
  }

  /** One line when the connection breaks and one when it is back, not one per attempt. */
  private logTransitions(redis: Redis, purpose: string): void {
    let isDown = false;
    redis.on('ready', () => {
      if (isDown) {
        this.logger.log(`Redis is back (${purpose})`);
      }
      isDown = false;
    });
    redis.on('error', (error: Error & { code?: string }) => {
      if (!isDown) {
        this.logger.warn(`Redis is away (${purpose}): ${error.code ?? error.name}`);
      }
      isDown = true;
    });
  }
}

/** The client goes on to time an answer that a lost connection owed, and would close the next connection for it. */
function forgetOwedAnswer(redis: Redis): void {
  clearTimeout(redis['socketTimeoutTimer'] as NodeJS.Timeout | undefined);
  redis['socketTimeoutTimer'] = undefined;
}
