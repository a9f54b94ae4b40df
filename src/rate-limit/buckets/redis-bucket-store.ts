import type { Redis } from 'ioredis';
import type { BucketStore } from './bucket-store.js';
import { answerWithin } from './answer-within.js';
import type { BucketDecision, BucketPolicy } from './token-bucket.js';

const PREFIX = 'rate-limit:';

/**
 * `takeTokens` in Lua, so that reading, deciding and writing are one step whichever instance
 * asks. The time is the server's: instances whose clocks differ still agree. A bucket that is
 * full again expires by itself.
 */
const TAKE_TOKENS = `
local cost, capacity, per_token = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
local fill = capacity * per_token
local missing = math.min(math.max(full_at - now, 0), fill)
local available = fill - missing
local needed = math.min(cost > 0 and cost or 1, capacity) * per_token
local allowed = available + 0.001 >= needed
local taken = (allowed and cost > 0) and needed or 0
if taken > 0 then
  redis.call('SET', KEYS[1], string.format('%.3f', now + missing + taken), 'PX', math.ceil(missing + taken))
end
local remaining = math.max(math.floor((available - taken + 0.001) / per_token), 0)
local retry_after = allowed and 0 or math.ceil(needed - available)
return { allowed and 1 or 0, remaining, retry_after, math.ceil(missing + taken) }`;

type Reply = [
  allowed: number,
  remaining: number,
  retryAfterMilliseconds: number,
  fullAfterMilliseconds: number,
];

type RedisWithScript = Redis & {
  takeTokens(key: string, cost: number, capacity: number, millisecondsPerToken: number): Promise<Reply>;
};

/** Buckets that all instances share. Rejects when Redis does not answer in time. */
export class RedisBucketStore implements BucketStore {
  private readonly redis: RedisWithScript;

  /** @param maxWaitMilliseconds for which a request waits for the answer */
  constructor(
    redis: Redis,
    private readonly maxWaitMilliseconds: number,
  ) {
    // ioredis sends the digest (EVALSHA), and the text once to a server that does not know it yet.
    redis.defineCommand('takeTokens', { numberOfKeys: 1, lua: TAKE_TOKENS });
    this.redis = redis as RedisWithScript;
  }

  async take(key: string, cost: number, policy: BucketPolicy): Promise<BucketDecision> {
    const reply = this.redis.takeTokens(
      `${PREFIX}${policy.name}:${key}`,
      cost,
      policy.capacity,
      1000 / policy.refillPerSecond,
    );
    const [allowed, remaining, retryAfterMilliseconds, fullAfterMilliseconds] = await answerWithin(
      reply,
      this.maxWaitMilliseconds,
    );
    return { isAllowed: allowed === 1, remaining, retryAfterMilliseconds, fullAfterMilliseconds };
  }
}
