import { describe, expect, it } from 'vitest';
import { isRefusal } from './smtp-refusal.js';

describe('a failure to send', () => {
  it.each([
    [{ code: 'EENVELOPE' }],
    [{ code: 'EENVELOPE', responseCode: 550 }],
    [{ code: 'EMESSAGE', responseCode: 554 }],
    [{ code: 'EMESSAGE', responseCode: 451 }],
    [{ code: 'ECONNECTION', responseCode: 421 }],
  ])('with %j is a refusal, also when the mail was on its way', (failure) => {
    expect(isRefusal(failure, true)).toBe(true);
  });

  it.each([
    [{}],
    [{ code: 'ECONNECTION' }],
    [{ code: 'ESOCKET' }],
    [{ code: 'ETIMEDOUT' }],
    [{ code: 'EPROTOCOL', responseCode: 250 }],
    [{ code: 'EABORT' }],
    [{ code: 'ESTREAM' }],
  ])('with %j is one only before that', (failure) => {
    expect([isRefusal(failure, false), isRefusal(failure, true)]).toEqual([true, false]);
  });
});
