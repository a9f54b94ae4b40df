import { describe, expect, it } from 'vitest';
import { ENTITY_TAG_LIST, entityTag, ifMatchHolds, ifNoneMatchHolds } from './entity-tag.js';

describe('entityTag', () => {
  it('is a strong tag of the version', () => {
    expect(entityTag(7)).toBe('"7"');
  });

  it('tells apart what one version looks like to different callers', () => {
    expect(entityTag(7, 'masked')).toBe('"7-masked"');
  });
});

describe('ENTITY_TAG_LIST', () => {
  const tags = (count: number): string =>
    Array.from({ length: count }, (_, index) => `"${index}"`).join(', ');

  it.each([
    '*',
    '"7"',
    'W/"7"',
    '""',
    '"7","8"',
    '"7" ,\t"8"',
    '"a,b"',
    `"${'x'.repeat(64)}"`,
    tags(10),
    '"7", "longer"',
  ])('takes %s', (list) => {
    expect(list).toMatch(ENTITY_TAG_LIST);
  });

  it.each([
    '',
    '7',
    '"7',
    "'7'",
    'w/"7"',
    'W/7',
    '*, "7"',
    '"7",',
    '"7" "8"',
    '"a"b"',
    '"a b"',
    '"\u00e9"',
    '"7"\n',
    `"${'x'.repeat(65)}"`,
    tags(11),
  ])('refuses %j', (list) => {
    expect(list).not.toMatch(ENTITY_TAG_LIST);
  });
});

describe('ifMatchHolds', () => {
  it.each(['*', '"7"', '"6", "7"', '"7" , "8"', 'W/"7", "7"'])('holds for %s', (list) => {
    expect(ifMatchHolds(list, '"7"')).toBe(true);
  });

  it.each(['"8"', '"6", "8"', 'W/"7"', '"77"', '"a,7"', '7', ''])('does not hold for %s', (list) => {
    expect(ifMatchHolds(list, '"7"')).toBe(false);
  });
});

describe('ifNoneMatchHolds', () => {
  it.each(['*', '"7"', 'W/"7"', '"6", W/"7"'])('finds the current representation in %s', (list) => {
    expect(ifNoneMatchHolds(list, '"7"')).toBe(true);
  });

  it.each(['"8"', 'W/"8"', 'W/W/"7"', 'xW/"7"', '"6", "8"', ''])('does not find it in %s', (list) => {
    expect(ifNoneMatchHolds(list, '"7"')).toBe(false);
  });
});
