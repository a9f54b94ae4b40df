import type { ErrorCondition } from '../platform/errors/app-error.js';

export const validationErrors = {
  invalid: { code: 'validation.failed', status: 400, title: 'The request has invalid fields' },
  malformedJson: { code: 'validation.malformed_json', status: 400, title: 'The body is not acceptable JSON' },
} as const satisfies Record<string, ErrorCondition>;
