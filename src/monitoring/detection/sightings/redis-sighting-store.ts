import type { Redis } from 'ioredis';
import type { Counted } from './sighting-counts.js';
import type { SightingStore } from './sighting-store.js';

const PREFIX = 'detection:';

/**
 * One step, whichever instance counts: what the window has gone past is forgotten, the member counted in, and
 * no more kept than the rule tells apart. The key expires with its window.
 */
const COUNT = `
local now, window, threshold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -threshold - 1)
redis.call('PEXPIRE', KEYS[1], window)
return redis.call('ZCARD', KEYS[1])`;

type RedisWithScript = Redis & {
  countSighting(key: string, now: number, window: number, threshold: number, member: string): Promise<number>;
};

/** What all instances have seen. While Redis is away each counts by itself: an attack is still seen, if later. */
export class RedisSightingStore implements SightingStore {
  private readonly redis: RedisWithScript;

  constructor(
    redis: Redis,
    private readonly local: SightingStore,
  ) {
    redis.defineCommand('countSighting', { numberOfKeys: 1, lua: COUNT });
    this.redis = redis as RedisWithScript;
  }

  async count(counted: Counted, nowMilliseconds: number): Promise<number> {
    const { rule, key, member, windowSeconds, threshold } = counted;
    // Also here, so that the local count is not empty when Redis goes.
    const here = await this.local.count(counted, nowMilliseconds);
    try {
      const windowMilliseconds = windowSeconds * 1000;
      return await this.redis.countSighting(
        `${PREFIX}${rule}:${key}`,
        nowMilliseconds,
        windowMilliseconds,
        threshold,
        member,
      );
    } catch {
      return here;
    }
  }
}
