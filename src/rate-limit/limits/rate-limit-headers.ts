import type { FastifyReply } from 'fastify';
import type { BucketDecision, BucketPolicy } from '../buckets/token-bucket.js';

/**
 * Tells a client where it stands, in the older words that libraries read and in those of
 * draft-ietf-httpapi-ratelimit-headers-10. Quota and window of the policy are the bucket's:
 * its capacity, and the time in which it fills up. Times are rounded up: a client that waits so
 * long never comes too early.
 */
export function setRateLimitHeaders(
  reply: FastifyReply,
  { name, capacity, refillPerSecond }: BucketPolicy,
  { remaining, fullAfterMilliseconds }: BucketDecision,
  nowMilliseconds: number,
): void {
  const fullAfterSeconds = Math.ceil(fullAfterMilliseconds / 1000);
  reply.headers({
    'x-ratelimit-limit': String(capacity),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil((nowMilliseconds + fullAfterMilliseconds) / 1000)),
    'ratelimit-policy': `"${name}";q=${capacity};w=${Math.ceil(capacity / refillPerSecond)}`,
    ratelimit: `"${name}";r=${remaining};t=${fullAfterSeconds}`,
  });
}
