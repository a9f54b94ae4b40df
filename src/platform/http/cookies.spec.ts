import { describe, expect, it } from 'vitest';
import { hostCookie, hostCookieValues, readCookies, removedHostCookie } from './cookies.js';

describe('a host cookie', () => {
  it('has what the prefix demands, is hidden from scripts and kept from other sites', () => {
    expect(hostCookie('session', 'abc')).toBe('__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax');
    expect(hostCookie('session', 'abc', 60)).toMatch(/; Max-Age=60$/);
  });

  it('is taken away under the same attributes', () => {
    expect(removedHostCookie('session')).toBe(
      '__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    );
  });
});

describe('the cookies of a request', () => {
  it.each<[string | undefined, (readonly [string, string])[]]>([
    [undefined, []],
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;b=2 ;  c=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    [
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a=1=2', [['a', '1=2']]],
    [' \t a b\t =  1 2  ', [['a b', '1 2']]],
    ['a', []],
    ['=x', [['', 'x']]],
  ])('of %j are found', (header, cookies) => {
    expect(readCookies(header)).toEqual(cookies);
  });

  it.each(['\u00a0', '\u0085', '\ufeff', '\u2003', '\v', '\f'])(
    'are not theirs behind the blank %j',
    (blank) => {
      expect(hostCookieValues(`${blank}__Host-session=planted`, 'session')).toEqual([]);
      expect(hostCookieValues(`a=b;${blank}__Host-session=planted`, 'session')).toEqual([]);
    },
  );

  it('are not theirs with a blank inside the name, which makes it no host cookie', () => {
    expect(hostCookieValues('__Host- session=planted; __Host-\tsession=planted', 'session')).toEqual([]);
  });

  it('are found by their whole name, each time they come', () => {
    const header = '__Host-session=1; session=2; __host-session=3; __Host-session2=4; __Host-session=5';

    expect(hostCookieValues(header, 'session')).toEqual(['1', '5']);
  });
});
