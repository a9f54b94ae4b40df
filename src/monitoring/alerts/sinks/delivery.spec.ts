import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, AlertSeverity } from '../alert.js';
import { Delivery, MAX_WAITING } from './delivery.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

const alertOf = (id: string, severity: AlertSeverity): Alert => ({
  id,
  severity,
  rule: 'a-rule',
  title: 'A title',
  at: new Date(0),
  tenantId: null,
  about: 'service',
  count: 1,
  windowSeconds: 60,
  runbook: 'docs/runbooks/a-rule.md',
  eventIds: [],
});

/** A sink that takes nothing until it is let, and what became of everything that was pushed. */
function slowDelivery() {
  const sent: string[] = [];
  const outcomes: string[] = [];
  const gate = Promise.withResolvers<void>();
  const send = async ({ id }: Alert): Promise<void> => {
    await gate.promise;
    sent.push(id);
  };
  const delivery = new Delivery({ name: 'webhook', send }, (outcome) => outcomes.push(outcome));
  const push = (severity: AlertSeverity, ...ids: string[]) =>
    ids.forEach((id) => delivery.push(alertOf(id, severity)));
  const finish = async (): Promise<string[]> => {
    gate.resolve();
    await delivery.stop();
    return sent;
  };
  const givenUp = () => outcomes.filter((outcome) => outcome === 'given_up').length;
  return { push, finish, givenUp };
}

const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('alerts that wait for a sink', () => {
  it('[P8.4] are so many and no more: the oldest warning goes first', async () => {
    const { push, finish, givenUp } = slowDelivery();
    push('warning', 'under way', ...named('w', MAX_WAITING));
    const before = givenUp();

    push('warning', 'new');

    expect([before, givenUp()]).toEqual([0, 1]);
    expect(await finish()).toEqual(['under way', ...named('w', MAX_WAITING).slice(1), 'new']);
  });

  it('[P8.4] make room for a critical one, and no critical one for a warning', async () => {
    const { push, finish, givenUp } = slowDelivery();
    push('warning', 'under way', ...named('w', MAX_WAITING));

    push('critical', ...named('c', MAX_WAITING));
    push('warning', 'late');

    expect(givenUp()).toBe(MAX_WAITING + 1);
    expect(await finish()).toEqual(['under way', ...named('c', MAX_WAITING)]);
  });

  it('[P8.4] are bounded also when all of them are critical', async () => {
    const { push, finish, givenUp } = slowDelivery();
    push('critical', 'under way', ...named('c', MAX_WAITING), 'one too many');

    expect(givenUp()).toBe(1);
    expect(await finish()).toEqual(['under way', ...named('c', MAX_WAITING)]);
  });
});
