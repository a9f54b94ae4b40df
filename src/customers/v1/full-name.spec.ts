import { describe, expect, it } from 'vitest';
import { joinFullName, splitFullName } from './full-name.js';

describe('splitFullName', () => {
  it.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Augusta Ada King', 'Augusta Ada', 'King'],
    ['Ludwig van Beethoven', 'Ludwig van', 'Beethoven'],
    ['Ada  Lovelace', 'Ada ', 'Lovelace'],
    [' Ada Lovelace', ' Ada', 'Lovelace'],
    ['Ada Byron\u00a0King', 'Ada', 'Byron\u00a0King'],
  ])('parts %j at the last space', (fullName, givenName, familyName) => {
    expect(splitFullName(fullName)).toEqual({ givenName, familyName });
  });

  it.each(['', ' ', '   ', 'Ada', 'Ada ', ' Ada', '  Ada', 'Ada\tLovelace', 'Ada \u00a0', '\u3000 Ada'])(
    'finds no two names in %j',
    (fullName) => {
      expect(splitFullName(fullName)).toBeNull();
    },
  );

  it.each(['Ada Lovelace', 'a  b  c', ' x y', '王 小 明'])(
    'loses nothing of %j when joined again',
    (fullName) => {
      const names = splitFullName(fullName);

      expect(names && joinFullName(names)).toBe(fullName);
    },
  );
});

describe('joinFullName', () => {
  it('puts one space between the two', () => {
    expect(joinFullName({ givenName: 'Ada', familyName: 'de la Cruz' })).toBe('Ada de la Cruz');
  });
});
