import { describe, expect, it } from 'vitest';
import { clientAddress, ipv6Network } from './client-address.js';

describe('the address of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:40001', '203.0.113.7'],
    ['198.151.100.117:1', '198.151.100.117'],
    ['::ffff:198.151.100.117', '198.151.100.117'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:DB8::1]:40001', '2001:DB8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:40001', '203.0.113.7'],
    ['::1', '::1'],
  ])('%s is %s', (text, address) => {
    expect(clientAddress(text)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7:',
    '203.0.113.7:port',
    'x203.0.113.7:40001',
    '203.0.113.7:40001x',
    '[2001:db8::1',
    '[203.0.113.7]:1x',
    'x[2001:db8::1]:40001',
    '::ffff:203.0.113.7x',
    'x::ffff:203.0.113.7',
    '::ffff:203.0.113.256',
    ' 203.0.113.7',
  ])('%j is none', (text) => {
    expect(clientAddress(text)).toBeNull();
  });
});

describe('the network of an address', () => {
  it.each([
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', 3, '2001:db8:85a3::/48'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', 4, '2001:db8:85a3:8d3::/64'],
    ['2001:0DB8:0000::00a0', 4, '2001:db8:0:0::/64'],
    ['2001:db8::1', 8, '2001:db8:0:0:0:0:0:1::/128'],
    ['::1', 4, '0:0:0:0::/64'],
    ['::', 8, '0:0:0:0:0:0:0:0::/128'],
    ['2001:db8::', 4, '2001:db8:0:0::/64'],
    ['64:ff9b::203.0.113.7', 7, '64:ff9b:0:0:0:0:203.0.113.7::/112'],
    ['1:2:3:4:5:6:203.0.113.7', 4, '1:2:3:4::/64'],
  ])('%s lies, with %i groups, in %s', (address, groups, network) => {
    expect(ipv6Network(address, groups)).toBe(network);
  });

  it('is one, however the address is written', () => {
    const spellings = ['2001:db8:0:0:1::', '2001:0db8::1:0:0:0', '2001:DB8:0000:0000:0001:0:0:0'];

    expect(new Set(spellings.map((one) => ipv6Network(one, 5)))).toEqual(new Set(['2001:db8:0:0:1::/80']));
  });

  it('of IPv4 is the address itself', () => {
    expect(ipv6Network('203.0.113.7', 4)).toBe('203.0.113.7');
  });
});
