import type { ErrorCondition } from '../../platform/errors/app-error.js';

export const idempotencyErrors = {
  invalidKey: { code: 'idempotency.invalid_key', status: 400, title: 'The idempotency key is malformed' },
  keyReused: {
    code: 'idempotency.key_reused',
    status: 422,
    title: 'The idempotency key was used for a different request',
  },
} as const satisfies Record<string, ErrorCondition>;
