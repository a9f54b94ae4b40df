import { describe, expect, it } from 'vitest';
import { isAllowedFrom, isNetwork, isNetworkWithin, networkOf } from './networks.js';

describe('a network', () => {
  it.each([
    '203.0.113.7',
    '203.0.113.7/32',
    '203.0.113.0/24',
    '0.0.0.0/0',
    '2001:db8::/32',
    '2001:db8::/64',
    '::1',
    '::1/128',
    '::/0',
  ])('may be %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each([
    '',
    'x',
    '203.0.113',
    '203.0.113.7/33',
    '203.0.113.7/',
    '203.0.113.7/8/8',
    '203.0.113.7/08',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:203.0.113.7',
    '*',
    ' 203.0.113.7',
  ])('is not %j', (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});

describe('an address', () => {
  it.each<[string, string[], boolean]>([
    ['203.0.113.7', [], true],
    ['203.0.113.7', ['203.0.113.0/24'], true],
    ['203.0.114.7', ['203.0.113.0/24'], false],
    ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
    ['203.0.113.7', ['203.0.113.7'], true],
    ['203.0.113.7:40001', ['203.0.113.7'], true],
    ['203.0.113.8', ['203.0.113.7'], false],
    ['2001:db8:1::5', ['10.0.0.0/8', '2001:db8::/32'], true],
    ['2001:db9::5', ['2001:db8::/32'], false],
    ['2001:db8::7', ['2001:db8::7'], true],
    ['2001:db8::8', ['2001:db8::7'], false],
    ['203.0.113.7', ['::/0'], false],
    ['not an address', ['0.0.0.0/0'], false],
  ])('%s is within %j: %s', (address, networks, isWithin) => {
    expect(isAllowedFrom(address, networks)).toBe(isWithin);
  });

  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
    ['2001:DB8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['203.0.113.7:40001', '203.0.113.0/24'],
    ['[2001:db8::1]:40001', '2001:db8:0::/48'],
    ['not an address', 'unknown'],
  ])('%s belongs to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('a network inside another', () => {
  it.each<[string, string[], boolean]>([
    ['203.0.113.7', ['203.0.113.0/24'], true],
    ['203.0.113.0/25', ['203.0.113.0/24'], true],
    ['203.0.113.0/24', ['203.0.113.0/24'], true],
    ['203.0.112.0/23', ['203.0.113.0/24'], false],
    // A wider one that begins inside.
    ['203.0.113.0/16', ['203.0.113.0/24'], false],
    ['203.0.113.7', ['198.51.100.0/24', '203.0.113.0/24'], true],
    ['2001:db8::7', ['2001:db8::8'], false],
    ['0.0.0.0/0', ['203.0.113.0/24'], false],
    ['2001:db8:1::/48', ['2001:db8::/32'], true],
    ['203.0.113.7', ['2001:db8::/32'], false],
  ])('%s in %j: %s', (inner, outer, isInside) => {
    expect(isNetworkWithin(inner, outer)).toBe(isInside);
  });
});
