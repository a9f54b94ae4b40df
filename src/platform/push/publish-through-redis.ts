import { Redis } from 'ioredis';
import { connectionOptions } from '../redis/redis-url.js';
import { PREFIX } from './redis-push-channel.js';

const CONNECT_TIMEOUT_MILLISECONDS = 3000;

export interface Announcement {
  readonly topic: string;
  readonly message: string;
}

/**
 * For commands: tells all instances that share a Redis, or gives up at once: what a command has done is
 * not to wait for it.
 * @throws when Redis does not take all of it
 */
export async function publishThroughRedis(
  url: string,
  announcements: readonly Announcement[],
): Promise<void> {
  const { bareUrl, tls } = connectionOptions(url);
  const redis = new Redis(bareUrl, {
    ...tls,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MILLISECONDS,
    socketTimeout: CONNECT_TIMEOUT_MILLISECONDS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The failed call says what is wrong; without a listener it would also be printed.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    for (const { topic, message } of announcements) {
      await redis.publish(PREFIX + topic, message);
    }
  } finally {
    redis.disconnect();
  }
}
