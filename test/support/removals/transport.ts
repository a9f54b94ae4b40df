import type { TlsOptions } from 'node:tls';
import { createHttpAdapter } from '../../../src/platform/http/http-adapter.js';
import { HttpConfig } from '../../../src/platform/http/http.config.js';
import { SecurityHeaders } from '../../../src/transport/headers/security-headers.js';
import { PlaintextRefusal } from '../../../src/transport/plaintext/plaintext-refusal.js';
import { CertificateRenewal } from '../../../src/transport/tls/certificate-renewal.js';
import { nativeTls } from '../../../src/transport/tls/server-tls-options.js';
import { replace, type Removal } from './removal.js';

/** Defences of transport and how each is taken out. */
export const transportRemovals = {
  'plaintext refusal': { override: replace(PlaintextRefusal, { register: () => undefined }) },
  'security headers': { override: replace(SecurityHeaders, { register: () => undefined }) },
  'certificate renewal': { override: replace(CertificateRenewal, {}) },
  'TLS profile': {
    adapter(configuration) {
      const old: TlsOptions = {
        ...nativeTls(configuration),
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
      };
      return createHttpAdapter(configuration.get(HttpConfig) as HttpConfig, old);
    },
    override: replace(CertificateRenewal, {}),
  },
  'time limits': {
    environment: () => ({
      HTTP_SERVER_HEADERS_TIMEOUT_SECONDS: '60',
      HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '300',
    }),
  },
} as const satisfies Record<string, Removal>;
