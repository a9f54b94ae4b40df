import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const idFor = (proposed?: string | string[]): string =>
  requestIdOf({ headers: proposed === undefined ? {} : { 'x-request-id': proposed } });

describe('the request id', () => {
  it.each(['abcdefgh', '0190a7f2-6c3e-7b1a-9d3e-2f6b8c1d4e5f', 'A_b-0123', 'x'.repeat(64)])(
    'is the proposed one when it is well formed: %s',
    (proposed) => {
      expect(idFor(proposed)).toBe(proposed);
    },
  );

  it.each([
    [''],
    ['short'],
    ['x'.repeat(65)],
    ['-abcdefgh'],
    ['_abcdefgh'],
    ['abcdefgh\n'],
    ['abc\r\nforged: line'],
    ['{"a":"bcdef"}'],
    ['abcdefgh, ijklmnop'],
    ['../../etc/passwd'],
    ['ábcdefgh'],
    [['abcdefgh', 'ijklmnop']],
  ])('is a new one when the proposed one is %j', (proposed) => {
    expect(idFor(proposed)).toMatch(UUID);
  });

  it('is a new one each time when none is proposed', () => {
    const ids = [idFor(), idFor(), idFor()];

    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => UUID.test(id))).toBe(true);
  });
});
