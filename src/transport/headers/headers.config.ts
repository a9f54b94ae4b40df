import { configSlice } from '../../platform/config/config-slice.js';
import { oneOf } from '../../platform/config/setting-types.js';

/** What the answers ask of browsers. */
export class HeadersConfig extends configSlice({
  title: 'Security headers',
  settings: {
    hstsPreload: {
      variable: 'HSTS_PRELOAD',
      schema: oneOf(['off', 'on']).default('off'),
      description:
        'Whether HSTS says preload, which lets anybody submit the domain to the list that browsers are built with. Then every sub-domain is reachable by https alone, internal ones too, and leaving the list takes months.',
    },
    cspMode: {
      variable: 'CSP_MODE',
      schema: oneOf(['report-only', 'enforce']).default('report-only'),
      description:
        'What the Content-Security-Policy of pages does: report-only lets browsers report to POST /csp-reports what it would block, enforce blocks it and reports. The policies of JSON answers and of the documentation page are always enforced.',
    },
  },
}) {}
