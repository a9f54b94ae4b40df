import { describe, expect, it } from 'vitest';
import { takeTokens, type BucketPolicy } from './token-bucket.js';

const NOW = 1_800_000_000_000;
const policyOf = (capacity: number, refillPerSecond: number): BucketPolicy => ({
  name: 'test',
  capacity,
  refillPerSecond,
});

/** A bucket whose time the test moves. */
class Bucket {
  now = NOW;
  private fullAt: number | undefined;

  constructor(private readonly policy: BucketPolicy) {}

  take(cost = 1) {
    const { fullAt, decision } = takeTokens(this.fullAt, cost, this.policy, this.now);
    this.fullAt = fullAt;
    return decision;
  }
}

describe('a token bucket', () => {
  it('admits its capacity at once, and not one more', () => {
    const bucket = new Bucket(policyOf(5, 1));

    const taken = Array.from({ length: 6 }, () => bucket.take());

    expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, true, true, false]);
    expect(taken.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0]);
  });

  it('admits again exactly after the time it names', () => {
    const bucket = new Bucket(policyOf(1, 60 / 3600));
    bucket.take();

    const { retryAfterMilliseconds } = bucket.take();
    bucket.now += retryAfterMilliseconds - 1;
    const tooEarly = bucket.take();
    bucket.now += 1;

    expect(retryAfterMilliseconds).toBe(60_000);
    expect(tooEarly.isAllowed).toBe(false);
    expect(bucket.take().isAllowed).toBe(true);
  });

  it('is full again after the time it names, and never more than full', () => {
    const bucket = new Bucket(policyOf(10, 2));
    bucket.take(10);

    const { fullAfterMilliseconds } = bucket.take(0);
    bucket.now += 2500;
    const afterOneMore = bucket.take().fullAfterMilliseconds;
    bucket.now += afterOneMore * 100;

    expect(fullAfterMilliseconds).toBe(5000);
    expect(afterOneMore).toBe(3000);
    expect(bucket.take().remaining).toBe(9);
  });

  it('takes what a dear request costs; one that costs more than all takes all', () => {
    const bucket = new Bucket(policyOf(10, 1));

    expect(bucket.take(7)).toMatchObject({ isAllowed: true, remaining: 3 });
    expect(bucket.take(4)).toMatchObject({ isAllowed: false, remaining: 3, retryAfterMilliseconds: 1000 });
    expect(bucket.take(1000)).toMatchObject({ isAllowed: false, retryAfterMilliseconds: 7000 });
    bucket.now += 7000;
    expect(bucket.take(1000)).toMatchObject({ isAllowed: true, remaining: 0 });
  });

  it('a refusal costs nothing, and neither does a look', () => {
    const bucket = new Bucket(policyOf(2, 1));
    bucket.take(2);
    Array.from({ length: 50 }, () => bucket.take());
    expect(bucket.take(0).isAllowed).toBe(false);
    bucket.now += 1000;

    expect(bucket.take(0)).toMatchObject({ isAllowed: true, remaining: 1 });
    expect(bucket.take(0)).toMatchObject({ isAllowed: true, remaining: 1 });
    expect(bucket.take()).toMatchObject({ isAllowed: true, remaining: 0 });
  });

  it('a clock that goes back gives no tokens and takes none for ever', () => {
    const bucket = new Bucket(policyOf(3, 1));
    bucket.take(3);
    bucket.now -= 10_000;
    const earlier = bucket.take();
    bucket.now += 11_000;

    expect(earlier.isAllowed).toBe(false);
    expect(bucket.take().isAllowed).toBe(true);
  });

  it('is never emptier than empty: after a clock that was set back a day, or under a lower limit', () => {
    const bucket = new Bucket(policyOf(5000, 5000 / 3600));
    bucket.take(5000);
    bucket.now -= 86_400_000;
    const later = takeTokens(NOW + 3_600_000, 1, policyOf(10, 1), NOW).decision;

    expect(bucket.take().retryAfterMilliseconds).toBeLessThanOrEqual(720);
    expect(later.retryAfterMilliseconds).toBe(1000);
  });

  it('takes a part of a token, twenty twentieths of which are one', () => {
    const bucket = new Bucket(policyOf(2, 1));
    Array.from({ length: 20 }, () => bucket.take(0.05));

    expect(bucket.take()).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(bucket.take().isAllowed).toBe(false);
  });

  it.each([
    [60, 60 / 3600],
    [5000, 5000 / 3600],
    [7, 1 / 3],
    [1, 1000],
    [100, 33.3],
  ])('never admits more than capacity + rate × time: %i at once, %f a second', (capacity, rate) => {
    const bucket = new Bucket(policyOf(capacity, rate));
    let seed = 42;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    let admitted = 0;

    for (let step = 0; step < 20_000; step += 1) {
      bucket.now += random() < 0.5 ? 0 : random() * (2000 / rate);
      const cost = 1 + Math.floor(random() * 3);
      admitted += bucket.take(cost).isAllowed ? Math.min(cost, capacity) : 0;
      expect(admitted).toBeLessThanOrEqual(capacity + ((bucket.now - NOW) / 1000) * rate + 0.01);
    }
    expect(admitted).toBeGreaterThan(capacity);
  });
});
