import type { ErrorCondition } from '../platform/errors/app-error.js';

export const transportErrors = {
  tlsRequired: { code: 'transport.tls_required', status: 403, title: 'HTTPS is required' },
  credentialExposed: {
    code: 'transport.credential_exposed',
    status: 403,
    title: 'The credential was sent without HTTPS',
  },
} as const satisfies Record<string, ErrorCondition>;
