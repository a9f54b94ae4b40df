import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { MAX_MESSAGE_BYTES, type PushChannel } from '../../src/platform/push/push-channel.js';
import { PATIENCE } from '../support/patience.js';
import { postgresWorld, redisWorld, type PushWorld } from '../support/push-channels.js';

/*
 * One contract for both implementations. Caches trust the channel to tell them what they must
 * forget; the worst fault is therefore a channel that says it is connected and hears nothing.
 */

const implementations = [
  { name: 'PostgreSQL', create: postgresWorld, isMissing: false },
  { name: 'Redis', create: redisWorld, isMissing: inject('redisUrl') === null },
];

describe.each(implementations)('the push channel over $name', ({ create, isMissing }) => {
  describe.skipIf(isMissing)('with two instances', () => {
    let world: PushWorld;
    let one: PushChannel;
    let other: PushChannel;

    beforeAll(async () => {
      // The faults of the subscribers below are meant, and need no lines.
      Logger.overrideLogger(false);
      world = await create();
      one = await world.start();
      other = await world.start();
      await connected();
    });
    afterAll(() => world.stop());

    const connected = (): Promise<void> =>
      vi.waitFor(() => expect([one.isConnected, other.isConnected]).toEqual([true, true]), PATIENCE);

    /** A channel takes a connection that was cut for a good one until it has heard of it. */
    const breakOf = (channel: PushChannel): Promise<void> =>
      new Promise((resolve) => {
        const end = channel.onBreak(() => {
          end();
          resolve();
        });
      });

    /** What is heard on a topic, in order. */
    async function listen(channel: PushChannel, topic: string): Promise<string[]> {
      const heard: string[] = [];
      await channel.subscribe(topic, (message) => void heard.push(message));
      return heard;
    }

    /** Waits until everything that was published before must have been heard. */
    async function settle(): Promise<void> {
      const heard = await Promise.all([listen(one, 'settled'), listen(other, 'settled')]);
      const mark = String(Math.random());
      await one.publish('settled', mark);
      await other.publish('settled', mark);
      await vi.waitFor(
        () =>
          expect(heard).toEqual([
            [mark, mark],
            [mark, mark],
          ]),
        PATIENCE,
      );
    }

    it('carries a message to subscribers of another instance and of the same one', async () => {
      const heard = await Promise.all([listen(one, 'both'), listen(other, 'both'), listen(other, 'both')]);

      await one.publish('both', 'message');

      await settle();
      expect(heard).toEqual([['message'], ['message'], ['message']]);
    });

    it('carries messages on their topic only, in order', async () => {
      const heard = await Promise.all([listen(other, 'left'), listen(other, 'left_hand')]);

      await one.publish('left', '1');
      await one.publish('left_hand', '2');
      await one.publish('left', '3');

      await settle();
      expect(heard).toEqual([['1', '3'], ['2']]);
    });

    it.each(['', 'é👩', `';"\\\n`, 'x'.repeat(MAX_MESSAGE_BYTES)])(
      'carries a message unchanged (%#)',
      async (message) => {
        const heard = await listen(other, 'unchanged');

        await one.publish('unchanged', message);

        await settle();
        expect(heard).toEqual([message]);
      },
    );

    it('is silent after unsubscribing, to that subscriber only', async () => {
      const heard: string[] = [];
      const unsubscribe = await other.subscribe('ended', (message) => void heard.push(message));
      const stillHeard = await listen(other, 'ended');

      unsubscribe();
      await one.publish('ended', 'message');

      await settle();
      expect(heard).toEqual([]);
      expect(stillHeard).toEqual(['message']);
    });

    it('lets the others hear when one subscriber throws', async () => {
      await other.subscribe('throwing', () => {
        throw new Error('a subscriber of the test throws');
      });
      const heard = await listen(other, 'throwing');

      await one.publish('throwing', '1');
      await one.publish('throwing', '2');

      await settle();
      expect(heard).toEqual(['1', '2']);
    });

    it.each(['x'.repeat(MAX_MESSAGE_BYTES + 1), 'é'.repeat(MAX_MESSAGE_BYTES / 2 + 1)])(
      'refuses a message of too many bytes (%#)',
      async (message) => {
        const heard = await listen(other, 'long');

        const publication = one.publish('long', message);

        await expect(publication).rejects.toThrow(`at most ${MAX_MESSAGE_BYTES} bytes`);
        await settle();
        expect(heard).toEqual([]);
      },
    );

    it.each(['', 'Topic', 'a-b', 'a b', 'a*', '_a', '1a', 'a1', 'a"; --', 'a\n', 'é', 'a'.repeat(42)])(
      'refuses the topic %j',
      async (topic) => {
        const publication = one.publish(topic, 'message');
        const subscription = one.subscribe(topic, () => undefined);

        await expect(publication).rejects.toThrow('topic');
        await expect(subscription).rejects.toThrow('topic');
      },
    );

    it('hears on the longest topic', async () => {
      const topic = 'a'.repeat(41);
      const heard = await listen(other, topic);

      await one.publish(topic, 'message');

      await settle();
      expect(heard).toEqual(['message']);
    });

    it('announces a break to everybody, connects again by itself and hears what it heard before', async () => {
      const heard = await listen(other, 'kept');
      const breaks: boolean[] = [];
      other.onBreak(() => {
        throw new Error('a listener of the test throws');
      });
      other.onBreak(() => void breaks.push(other.isConnected));

      const broken = breakOf(one);
      await world.cut();
      await vi.waitFor(() => expect(breaks).toHaveLength(1), PATIENCE);
      await broken;
      await connected();
      await one.publish('kept', 'message');

      await settle();
      expect(breaks).toEqual([false]);
      expect(heard).toEqual(['message']);
    });

    it('announces no break to a listener that was taken back', async () => {
      const breaks = { kept: 0, ended: 0 };
      other.onBreak(() => void (breaks.kept += 1));
      const end = other.onBreak(() => void (breaks.ended += 1));

      end();
      const broken = breakOf(one);
      await world.cut();
      await vi.waitFor(() => expect(breaks.kept).toBe(1), PATIENCE);
      await broken;

      expect(breaks.ended).toBe(0);
      await connected();
    });

    it('refuses to publish while it is broken, and hears subscriptions that were made meanwhile', async () => {
      await world.takeDown();
      await vi.waitFor(() => expect([one.isConnected, other.isConnected]).toEqual([false, false]), PATIENCE);
      const heard = await listen(other, 'meanwhile');

      const publication = one.publish('meanwhile', 'lost');

      await expect(publication).rejects.toThrow();
      await world.restore();
      await connected();
      await vi.waitFor(() => one.publish('meanwhile', 'message'), PATIENCE);
      await settle();
      expect(heard).toEqual(['message']);
    });

    it('hears every subscription that was made while it connected again', async () => {
      const heard = new Map<string, string[]>();
      const broken = breakOf(one);
      await world.cut();
      await vi.waitFor(() => expect(other.isConnected).toBe(false), PATIENCE);

      await vi.waitFor(
        async () => {
          // A database that answers slowly never catches up with who subscribes faster and does not end.
          if (heard.size < 200) {
            const topic = `again_${'abcdefghij'[heard.size % 10]}${'x'.repeat(Math.floor(heard.size / 10))}`;
            heard.set(topic, await listen(other, topic));
          }
          expect(other.isConnected).toBe(true);
        },
        { ...PATIENCE, interval: 2 },
      );

      await broken;
      await connected();
      await Promise.all([...heard.keys()].map((topic) => one.publish(topic, 'message')));
      await settle();
      const deaf = [...heard].filter(([, messages]) => messages.length === 0).map(([topic]) => topic);
      expect(deaf).toEqual([]);
    });

    it('starts while nothing can be reached, and connects once it can', async () => {
      await world.takeDown();
      const late = await world.start();
      const heard = await listen(late, 'late');
      expect(late.isConnected).toBe(false);

      await world.restore();
      await vi.waitFor(() => expect(late.isConnected).toBe(true), PATIENCE);

      await connected();
      await vi.waitFor(() => late.publish('late', 'message'), PATIENCE);
      await vi.waitFor(() => expect(heard).toEqual(['message']), PATIENCE);
    });
  });
});
