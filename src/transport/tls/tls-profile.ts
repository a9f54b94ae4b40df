import type { TlsOptions } from 'node:tls';

export const TLS_PROFILES = ['intermediate', 'modern'] as const;

export type TlsProfile = (typeof TLS_PROFILES)[number];

/** TLS 1.3 has no weak suite; they differ in speed only. */
const TLS_1_3_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/**
 * Of TLS 1.2 what has both forward secrecy (ECDHE: who steals the key later cannot read what
 * was recorded) and authenticated encryption (no CBC, whose padding has leaked again and again).
 */
const TLS_1_2_SUITES = ['ECDSA', 'RSA'].flatMap((signature) =>
  ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map(
    (encryption) => `ECDHE-${signature}-${encryption}`,
  ),
);

/** The hybrid first: traffic that is recorded today stays closed to a quantum computer of tomorrow. */
const KEY_EXCHANGE_GROUPS = ['X25519MLKEM768', 'X25519', 'prime256v1', 'secp384r1'];

/**
 * Versions, cipher suites and key exchange after Mozilla's Server Side TLS guideline. The client
 * chooses among the suites, because all are strong and it knows whether it has AES in hardware.
 */
export function tlsProfile(profile: TlsProfile): TlsOptions {
  const isModern = profile === 'modern';
  return {
    minVersion: isModern ? 'TLSv1.3' : 'TLSv1.2',
    ciphers: [...TLS_1_3_SUITES, ...(isModern ? [] : TLS_1_2_SUITES)].join(':'),
    ecdhCurve: KEY_EXCHANGE_GROUPS.join(':'),
    honorCipherOrder: false,
  };
}
