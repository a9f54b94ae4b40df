import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { ListCursor } from './list-cursor.js';
import { ValidationFailure } from './validation-failure.js';

/** Another key for each purpose, as of the application. */
const derivedKeys = (): DerivedKeys => {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const key = keys.get(purpose) ?? randomBytes(32);
    keys.set(purpose, key);
    return key;
  };
  return { keyFor } as DerivedKeys;
};

describe('a cursor', () => {
  const keys = derivedKeys();
  const cursors = new ListCursor<[string, number]>(keys, 'customers');
  const cursor = cursors.write(['Lovelace', 7], ['acme', 'name']);

  it('[P3.3] says where its own list goes on', () => {
    expect(cursors.read(cursor, ['acme', 'name'])).toEqual(['Lovelace', 7]);
  });

  it.each([
    ['of another tenant', cursors, ['globex', 'name']],
    ['with another filter', cursors, ['acme', 'email']],
    ['of another kind', new ListCursor<[string, number]>(keys, 'keys'), ['acme', 'name']],
    [
      'of another application',
      new ListCursor<[string, number]>(derivedKeys(), 'customers'),
      ['acme', 'name'],
    ],
  ])('[P3.3] is refused by a list %s', (_what, others, list) => {
    expect(() => others.read(cursor, list)).toThrow(ValidationFailure);
  });

  it.each([
    ['nothing', ''],
    ['any text', 'x'],
    ['longer', `${cursor}A`],
    ['cut', cursor.slice(1)],
    ['a position in plain text', Buffer.from('["Lovelace",7]').toString('base64url')],
  ])('[P3.3] that is %s is refused, by a failure that does not repeat it', (_what, text) => {
    const messages = ['the cursor is not one of this list'];

    expect(() => cursors.read(text, ['acme', 'name'])).toThrow(
      expect.objectContaining({
        faults: [{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }],
      }),
    );
  });
});
