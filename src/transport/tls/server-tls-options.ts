import type { TlsOptions } from 'node:tls';
import type { Configuration } from '../../platform/config/configuration.js';
import { readServerCertificate, type ServerCertificate } from './server-certificate.js';
import { tlsProfile } from './tls-profile.js';
import { TlsConfig } from './tls.config.js';

/** What the server is made with; undefined when it does not speak TLS itself. */
export function nativeTls(configuration: Configuration): TlsOptions | undefined {
  const config = configuration.get(TlsConfig) as TlsConfig;
  const { certFile, keyFile } = config;
  return certFile === undefined || keyFile === undefined
    ? undefined
    : tlsOptionsWith(readServerCertificate(certFile, keyFile), config);
}

/** The same versions and suites for every certificate: a renewal must not fall back to Node's defaults. */
export function tlsOptionsWith({ chain, key }: ServerCertificate, { profile }: TlsConfig): TlsOptions {
  return { ...tlsProfile(profile), cert: chain, key };
}
