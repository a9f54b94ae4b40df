import { configSlice, type Problem, type RuleContext } from '../../platform/config/config-slice.js';
import { isLoopbackHost } from '../../platform/config/loopback-host.js';
import { oneOf, text, wholeNumber } from '../../platform/config/setting-types.js';
import { HttpConfig } from '../../platform/http/http.config.js';
import { CertificateFault } from './certificate-fault.js';
import { readServerCertificate } from './server-certificate.js';
import { TLS_PROFILES } from './tls-profile.js';

const file = () => text({ maxLength: 4096 }).optional();

/** Whether this server speaks TLS itself, and how. */
export class TlsConfig extends configSlice({
  title: 'TLS',
  prefix: 'TLS_',
  settings: {
    certFile: {
      variable: 'TLS_CERT_FILE',
      schema: file(),
      description:
        'PEM file with the server certificate and its chain; with it and TLS_KEY_FILE the server speaks TLS only. Absent: plain HTTP, which in production needs a proxy in front (HTTP_SERVER_TRUSTED_PROXIES) and elsewhere is offered on loopback only.',
    },
    keyFile: {
      variable: 'TLS_KEY_FILE',
      schema: file(),
      description: 'PEM file with the private key of the certificate.',
    },
    profile: {
      variable: 'TLS_PROFILE',
      schema: oneOf(TLS_PROFILES).default('intermediate'),
      description:
        'Which clients are served, in the words of Mozilla’s guideline: intermediate takes TLS 1.3 and TLS 1.2 with strong cipher suites, modern TLS 1.3 alone.',
    },
    renewalCheckSeconds: {
      variable: 'TLS_RENEWAL_CHECK_SECONDS',
      schema: wholeNumber({ min: 1, max: 86_400 }).default(60),
      description: 'How often the two files are looked at; SIGHUP looks at once.',
    },
  },
  rules: ({ certFile, keyFile }, context) => {
    if (certFile === undefined && keyFile === undefined) {
      return plaintextProblems(context);
    }
    if (certFile === undefined || keyFile === undefined) {
      const variable = certFile === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE';
      return [{ variable, rule: 'is missing: TLS needs a certificate and its key' }];
    }
    return certificateProblems(certFile, keyFile);
  },
}) {}

/**
 * Plain HTTP is acceptable between a proxy that is named and this server, and within this
 * machine. Everything else would put tokens onto a network that anybody may listen to.
 */
function plaintextProblems({ isProduction, read }: RuleContext): Problem[] {
  const http = read(HttpConfig);
  if (!http || http.trustedProxies !== false) {
    return [];
  }
  if (isProduction) {
    const rule =
      'is required in production, with TLS_KEY_FILE; or name the proxy that speaks TLS in HTTP_SERVER_TRUSTED_PROXIES';
    return [{ variable: 'TLS_CERT_FILE', rule }];
  }
  const rule = 'must be a loopback address as long as neither TLS_CERT_FILE nor a trusted proxy is set';
  return isLoopbackHost(http.host) ? [] : [{ variable: 'HOST', rule }];
}

function certificateProblems(certFile: string, keyFile: string): Problem[] {
  try {
    readServerCertificate(certFile, keyFile);
    return [];
  } catch (error) {
    if (error instanceof CertificateFault) {
      return [{ variable: 'TLS_CERT_FILE', rule: error.message }];
    }
    throw error;
  }
}
