/** How many requests a bucket admits: so many at once, and so many more as time passes. */
export interface BucketPolicy {
  /** Part of the bucket's key and of the headers: buckets of different policies never mix. */
  readonly name: string;
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface BucketDecision {
  readonly isAllowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** After this time the same request is admitted, if nobody else takes the tokens; 0 when it was. */
  readonly retryAfterMilliseconds: number;
  /** After this time the bucket is full again. */
  readonly fullAfterMilliseconds: number;
}

/** Arithmetic in fractions of milliseconds must not refuse a token that has just become whole. */
const TOLERANCE_MILLISECONDS = 0.001;

/**
 * A token bucket, kept as a single number: the moment at which it will be full again (GCRA's
 * theoretical arrival time). No bucket is the same as a full one, so that idle callers cost
 * nothing, and no timer ever has to refill anything.
 *
 * @param fullAt what the last call returned; undefined for a caller who was not seen yet
 * @param cost tokens to take, or a part of one; more than the capacity counts as the capacity.
 *   With 0 nothing is taken, and the answer says whether one token is left
 */
export function takeTokens(
  fullAt: number | undefined,
  cost: number,
  { capacity, refillPerSecond }: BucketPolicy,
  nowMilliseconds: number,
): { fullAt: number; decision: BucketDecision } {
  const millisecondsPerToken = 1000 / refillPerSecond;
  const fillMilliseconds = capacity * millisecondsPerToken;
  // Emptier than empty no bucket is, whatever a clock that was set back or another rate has left.
  const missing = Math.min(Math.max((fullAt ?? nowMilliseconds) - nowMilliseconds, 0), fillMilliseconds);
  const available = fillMilliseconds - missing;
  const needed = Math.min(cost > 0 ? cost : 1, capacity) * millisecondsPerToken;
  const isAllowed = available + TOLERANCE_MILLISECONDS >= needed;
  const taken = isAllowed && cost > 0 ? needed : 0;
  return {
    fullAt: nowMilliseconds + missing + taken,
    decision: {
      isAllowed,
      remaining: Math.max(Math.floor((available - taken + TOLERANCE_MILLISECONDS) / millisecondsPerToken), 0),
      retryAfterMilliseconds: isAllowed ? 0 : needed - available,
      fullAfterMilliseconds: missing + taken,
    },
  };
}
