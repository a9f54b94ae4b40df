import { describe, expect, it } from 'vitest';
import { answerWithin } from './answer-within.js';
import type { BucketStore } from './bucket-store.js';
import { DegradingBucketStore } from './degrading-bucket-store.js';
import type { BucketDecision } from './token-bucket.js';

const POLICY = { name: 'test', capacity: 10, refillPerSecond: 1 };
const decision = (remaining: number): BucketDecision => ({
  isAllowed: true,
  remaining,
  retryAfterMilliseconds: 0,
  fullAfterMilliseconds: 0,
});

/** A shared store whose answers the test gives, in the order that it wants. */
class HeldStore implements BucketStore {
  readonly asked: PromiseWithResolvers<BucketDecision>[] = [];

  take(): Promise<BucketDecision> {
    const answer = Promise.withResolvers<BucketDecision>();
    this.asked.push(answer);
    return answer.promise;
  }
}

describe('a shared store that answers now and then', () => {
  it('counts as lost until a probe is answered: an answer that was under way before says nothing', async () => {
    const shared = new HeldStore();
    const store = new DegradingBucketStore(shared, { take: () => decision(7) }, 0.5);
    const [lost, slow] = [store.take('a', 1, POLICY), store.take('a', 1, POLICY)];

    shared.asked[0]?.reject(new Error('no answer'));
    const local = await lost;
    shared.asked[1]?.resolve(decision(3));
    const late = await slow;

    expect([local.remaining, late.remaining]).toEqual([7, 3]);
    expect([store.isDegraded, store.lossCount]).toEqual([true, 1]);
  });
});

describe('an answer', () => {
  it('that has arrived while the process stood still is in time', async () => {
    const arrived = new Promise<string>((resolve) => setImmediate(() => resolve('in time')));
    const answer = answerWithin(arrived, 5);
    const end = performance.now() + 20;
    while (performance.now() < end) {
      // Stands still, as a collection of garbage would make it.
    }

    expect(await answer).toBe('in time');
  });

  it('that does not come is not waited for', async () => {
    await expect(answerWithin(new Promise(() => undefined), 5)).rejects.toThrow('no answer within 5 ms');
  });

  it('that is a refusal is passed on', async () => {
    await expect(answerWithin(Promise.reject(new Error('READONLY')), 50)).rejects.toThrow('READONLY');
  });
});
