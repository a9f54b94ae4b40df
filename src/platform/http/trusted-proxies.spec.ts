import { describe, expect, it } from 'vitest';
import { trustedProxies } from './trusted-proxies.js';

const parse = (text: string): unknown => trustedProxies().safeParse(text).data;

describe('trusted proxies', () => {
  it.each([
    ['1', 1],
    ['10', 10],
    ['10.0.0.7', ['10.0.0.7']],
    ['10.0.0.0/8, 192.168.1.1', ['10.0.0.0/8', '192.168.1.1']],
    ['fd00::/8,::1', ['fd00::/8', '::1']],
    ['10.0.0.7/32', ['10.0.0.7/32']],
    ['fd00::/64, fd00::1/128', ['fd00::/64', 'fd00::1/128']],
  ])('are read from %j', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    '',
    '0',
    '11',
    '-1',
    '1.5',
    'true',
    '*',
    'proxy.example',
    '0.0.0.0/0',
    '0.0.0.0/1',
    '::/1',
    '2000::/3',
    '::ffff:0:0/96',
    '::/0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.1,',
    '10.0.0.0/08',
    '10.0.0.0/8x',
    '10.0.0.0/8.0',
    '10.0.0.0/1e1',
  ])('are not read from %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});
