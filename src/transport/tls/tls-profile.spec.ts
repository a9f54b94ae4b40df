import { getCiphers } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { TLS_PROFILES, tlsProfile } from './tls-profile.js';

const suites = (profile: (typeof TLS_PROFILES)[number]): string[] =>
  tlsProfile(profile).ciphers?.split(':') ?? [];

describe.each(TLS_PROFILES)('the profile %s', (profile) => {
  it('names suites that this OpenSSL has, because it passes over a misspelt one in silence', () => {
    expect(suites(profile).filter((suite) => !getCiphers().includes(suite.toLowerCase()))).toEqual([]);
  });

  it('has forward secrecy and authenticated encryption in every suite', () => {
    expect(suites(profile).filter((suite) => !/^(TLS_|ECDHE-).*(GCM|CHACHA20)/.test(suite))).toEqual([]);
  });
});

it('the modern profile has suites of TLS 1.3 only', () => {
  expect(suites('modern').filter((suite) => !suite.startsWith('TLS_'))).toEqual([]);
});
