import type { ErrorCondition } from '../../../platform/errors/app-error.js';

export const noticeContactErrors = {
  notFound: { code: 'notice_contact.not_found', status: 404, title: 'There is no such contact' },
  tooMany: { code: 'notice_contact.too_many', status: 409, title: 'There are too many contacts' },
} as const satisfies Record<string, ErrorCondition>;
