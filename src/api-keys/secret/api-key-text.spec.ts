import { describe, expect, it } from 'vitest';
import { newKeyId, newSecret, readKey, writeKey, type KeyEnvironment } from './api-key-text.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. ';

const aKey = (environment: KeyEnvironment = 'live') => ({ environment, id: newKeyId(), secret: newSecret() });

describe('an API key', () => {
  it('[P6.1] says what it is: prefix, environment, id, secret, checksum', () => {
    expect(writeKey(aKey())).toMatch(/^sar_live_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(writeKey(aKey('test'))).toMatch(/^sar_test_/);
  });

  it('[P6.1] is read back as it was written, a thousand times', () => {
    for (let round = 0; round < 1000; round += 1) {
      const key = aKey(round % 2 === 0 ? 'live' : 'test');

      expect(readKey(writeKey(key))).toEqual(key);
    }
  });

  it('[P6.1] never comes twice', () => {
    const secrets = new Set(Array.from({ length: 10_000 }, newSecret));
    const ids = new Set(Array.from({ length: 10_000 }, newKeyId));

    expect([secrets.size, ids.size]).toEqual([10_000, 10_000]);
  });

  it('[P6.1] has 256 random bits: no digit of the secret stands still', () => {
    const secrets = Array.from({ length: 500 }, newSecret);
    // The first digit is of 2^256 in base 62 and may have any value but the last few.
    for (let place = 0; place < 43; place += 1) {
      expect(new Set(secrets.map((secret) => secret[place])).size).toBeGreaterThan(40);
    }
  });

  it('[P6.1] with any one character changed is none', () => {
    for (let round = 0; round < 5; round += 1) {
      const text = writeKey(aKey());
      for (let place = 0; place < text.length; place += 1) {
        for (const character of ALPHABET.replace(text.charAt(place), '')) {
          expect(readKey(text.slice(0, place) + character + text.slice(place + 1))).toBeUndefined();
        }
      }
    }
  });

  it('[P6.1] with two neighbours swapped, one character left out or one too many is none', () => {
    const text = writeKey(aKey());
    for (let place = 0; place < text.length; place += 1) {
      const [left, right] = [text.charAt(place), text.charAt(place + 1)] as const;
      expect(readKey(text.slice(0, place) + text.slice(place + 1))).toBeUndefined();
      expect(readKey(`${text.slice(0, place)}0${text.slice(place)}`)).toBeUndefined();
      if (left !== right && right !== '') {
        expect(readKey(text.slice(0, place) + right + left + text.slice(place + 2))).toBeUndefined();
      }
    }
  });

  it.each(['', ' ', 'sar_', 'sar_live_', `sar_live_${'0'.repeat(72)}`, 'x'.repeat(10_000)])(
    'is not %j',
    (text) => {
      expect(readKey(text)).toBeUndefined();
    },
  );
});
