import { describe, expect, it } from 'vitest';
import { claimOf, identifierOf, wordsOf } from './claims.js';

describe('claimOf', () => {
  const claims = {
    scope: 'a b',
    'https://id.example/roles': ['admin'],
    realm_access: { roles: ['user'], 'team.lead': true },
    nothing: null,
    zero: 0,
  };

  it.each([
    ['scope', 'a b'],
    ['https://id.example/roles', ['admin']],
    ['realm_access.roles', ['user']],
    ['zero', 0],
    ['nothing', null],
    ['absent', undefined],
    ['realm_access.absent', undefined],
    ['scope.length', undefined],
    ['nothing.more', undefined],
    ['', undefined],
    ['.', undefined],
  ])('finds %s', (name, value) => {
    expect(claimOf(claims, name)).toEqual(value);
  });

  it('prefers the name as it stands to the path', () => {
    const both = { 'a.b': 'name', a: { b: 'path' } };

    expect(claimOf(both, 'a.b')).toBe('name');
  });

  it.each(['toString', '__proto__', 'constructor.name', 'realm_access.constructor', '__proto__.toString'])(
    'does not find %s, which only the prototype has',
    (name) => {
      expect(claimOf(claims, name)).toBeUndefined();
    },
  );
});

describe('wordsOf', () => {
  it.each([
    ['a b', ['a', 'b']],
    ['  a   b ', ['a', 'b']],
    ['a a', ['a']],
    ['', []],
    [
      ['a', 'b c'],
      ['a', 'b c'],
    ],
    [['a', '', 7, null, ['b']], ['a']],
    [[], []],
    [undefined, []],
    [null, []],
    [7, []],
    [true, []],
    [{ a: true }, []],
  ])('reads %j', (claim, words) => {
    expect([...wordsOf(claim)]).toEqual(words);
  });

  it('does not part words at anything but a space', () => {
    expect([...wordsOf('a,b\tc')]).toEqual(['a,b\tc']);
  });
});

describe('identifierOf', () => {
  it.each(['a', 'user-1', 'auth0|4711', 'a b', '~!', 'x'.repeat(8)])('takes %j', (claim) => {
    expect(identifierOf(claim, 10)).toBe(claim);
  });

  it.each([
    '',
    ' ',
    ' a',
    'a ',
    'a\n',
    'a\nb',
    'a\u0000b',
    'é',
    'x'.repeat(11),
    7,
    null,
    undefined,
    ['a'],
    { toString: () => 'a' },
  ])('refuses %j', (claim) => {
    expect(identifierOf(claim, 10)).toBeNull();
  });
});
