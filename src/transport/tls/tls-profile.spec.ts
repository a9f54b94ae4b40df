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

it.each([
  ['intermediate', 'TLSv1.2'],
  ['modern', 'TLSv1.3'],
] as const)('[P4.1] the profile %s begins with %s', (profile, minVersion) => {
  expect(tlsProfile(profile)).toMatchObject({
    minVersion,
    ecdhCurve: 'X25519MLKEM768:X25519:prime256v1:secp384r1',
    honorCipherOrder: false,
  });
});

it('[P4.2] the intermediate profile has suites of TLS 1.2, too, for certificates of either kind', () => {
  expect(suites('intermediate').filter((suite) => !suite.startsWith('TLS_'))).toEqual([
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ]);
});

it('the modern profile has suites of TLS 1.3 only', () => {
  expect(suites('modern').filter((suite) => !suite.startsWith('TLS_'))).toEqual([]);
});
