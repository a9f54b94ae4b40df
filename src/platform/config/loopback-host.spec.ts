import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from './loopback-host.js';

describe('a loopback host', () => {
  it.each(['localhost', 'LOCALHOST', 'api.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])(
    'is %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    'localhost.example',
    'notlocalhost',
    '127.0.0.1.example',
    'x[::1]',
    '[::1]x',
    '::2',
    '[2001:db8::1]',
  ])('is not %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
