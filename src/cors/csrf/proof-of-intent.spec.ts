import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findIntentFault } from './proof-of-intent.js';

const RULES = {
  isAllowedOrigin: (origin: string) => origin === 'https://app.example.com',
  isToken: (text: string) => text === 'token',
};

const faultOf = (changes: IncomingHttpHeaders): string | undefined =>
  findIntentFault(
    {
      'sec-fetch-site': 'same-site',
      origin: 'https://app.example.com',
      'x-csrf-token': 'token',
      ...changes,
    },
    RULES,
  );

describe('a request with a session cookie', () => {
  it.each(['same-origin', 'same-site', undefined])(
    '[P7.4] is believed with origin and token, coming from %s',
    (site) => {
      expect(faultOf({ 'sec-fetch-site': site })).toBeUndefined();
    },
  );

  it.each([
    ['another site', 'cross-site'],
    ['the address bar', 'none'],
    ['nowhere', ''],
    ['two places', 'same-origin, cross-site'],
  ])('[P7.4] is refused when it comes from %s, whatever else is right', (_what, site) => {
    expect(faultOf({ 'sec-fetch-site': site })).toBe('csrf_fetch_site');
  });

  it.each([undefined, '', 'null', 'https://app.example.com.attack.example'])(
    '[P7.4] is refused with the origin %j',
    (origin) => {
      expect(faultOf({ origin })).toBe('csrf_origin');
      expect(faultOf({ origin, 'sec-fetch-site': undefined })).toBe('csrf_origin');
    },
  );

  it.each<[string, string | string[] | undefined]>([
    ['no token', undefined],
    ['an empty token', ''],
    ['the token of another session', 'other'],
    ['the token twice', ['token', 'token']],
  ])('[P7.4] is refused with %s', (_what, token) => {
    expect(faultOf({ 'x-csrf-token': token })).toBe('csrf_token');
  });
});
