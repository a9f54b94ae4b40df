import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FairGate, type Entry } from './fair-gate.js';

const gate = (maxConcurrent: number, maxQueued: number, maxWaitMilliseconds = 1000): FairGate =>
  new FairGate({ maxConcurrent, maxQueued, maxWaitMilliseconds });
const stays = new AbortController().signal;

/** Enters as `owner`; the promise tells how it went, and `order` in which turn. */
function enter(target: FairGate, owner: string, order: string[] = [], signal = stays): Promise<Entry> {
  return target.enter(owner, signal).then((entry) => {
    order.push(entry.ok ? owner : entry.reason);
    return entry;
  });
}

const leave = async (entry: Promise<Entry>): Promise<void> => {
  const admitted = await entry;
  if (admitted.ok) {
    admitted.leave();
  }
  await Promise.resolve();
};

describe('a fair gate', () => {
  it('lets as many through as it may, the next one when somebody leaves', async () => {
    const [target, order]: [FairGate, string[]] = [gate(2, 10), []];
    const first = enter(target, 'a', order);
    const second = enter(target, 'b', order);
    const third = enter(target, 'c', order);
    await Promise.all([first, second]);
    expect(order).toEqual(['a', 'b']);

    await leave(first);
    await third;

    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('goes round: who asks often waits behind who asks once', async () => {
    const [target, order]: [FairGate, string[]] = [gate(1, 20), []];
    const inside = enter(target, 'first', order);
    const waiting = ['greedy', 'greedy', 'greedy', 'modest', 'other', 'modest'].map((owner) =>
      enter(target, owner, order),
    );

    await leave(inside);
    await Promise.all(waiting.map(leave));

    expect(order).toEqual(['first', 'greedy', 'modest', 'other', 'greedy', 'modest', 'greedy']);
  });

  it('keeps places for others, however often one owner asks', async () => {
    const [target, order]: [FairGate, string[]] = [gate(4, 20), []];
    const places = Array.from({ length: 5 }, () => enter(target, 'greedy', order));
    await Promise.all(places.slice(0, 2));

    await Promise.all([enter(target, 'modest', order), enter(target, 'other', order)]);
    const late = enter(target, 'late', order);
    await leave(places[0] as Promise<Entry>);

    await places[2];
    expect(order).toEqual(['greedy', 'greedy', 'modest', 'other', 'greedy']);
    expect(await Promise.race([late, delay(5, 'waiting')])).toBe('waiting');
  });

  it('passes over who has half of the places already, when one is free', async () => {
    const [target, order]: [FairGate, string[]] = [gate(4, 20), []];
    const inside = ['a', 'a', 'b', 'b'].map((owner) => enter(target, owner, order));
    await Promise.all(inside);
    const greedy = enter(target, 'a', order);
    const modest = enter(target, 'c', order);

    await leave(inside[2] as Promise<Entry>);
    await modest;

    expect(order).toEqual(['a', 'a', 'b', 'b', 'c']);
    expect(await Promise.race([greedy, delay(5, 'waiting')])).toBe('waiting');
  });

  it('refuses at once when the queue is full, and one owner beyond half of it', async () => {
    const target = gate(1, 4);
    void enter(target, 'inside');
    void enter(target, 'greedy');
    void enter(target, 'greedy');

    const greedy = await enter(target, 'greedy');
    void enter(target, 'b');
    void enter(target, 'c');
    const full = await enter(target, 'd');

    expect([greedy, full]).toEqual([
      { ok: false, reason: 'queue_full' },
      { ok: false, reason: 'queue_full' },
    ]);
  });

  it('lets nobody wait longer than allowed', async () => {
    const target = gate(1, 4, 10);
    await enter(target, 'inside');

    expect(await enter(target, 'waiting')).toEqual({ ok: false, reason: 'waited_too_long' });
  });

  it('frees the place of who has gone, before and while waiting', async () => {
    const target = gate(1, 1);
    const inside = enter(target, 'inside');
    const gone = new AbortController();
    const waiting = enter(target, 'impatient', [], gone.signal);

    gone.abort();
    const next = enter(target, 'patient');
    await leave(inside);

    expect(await waiting).toEqual({ ok: false, reason: 'gone' });
    expect(await next).toMatchObject({ ok: true });
    expect(await enter(target, 'late', [], gone.signal)).toEqual({ ok: false, reason: 'gone' });
  });

  it('counts a place once, however often it is left', async () => {
    const target = gate(1, 4);
    const inside = await enter(target, 'a');
    const next = enter(target, 'b');
    const last = enter(target, 'c', []);

    for (let times = 0; times < 3 && inside.ok; times += 1) {
      inside.leave();
    }
    await next;
    const state = await Promise.race([last, delay(5, 'waiting')]);

    expect(state).toBe('waiting');
  });
});
