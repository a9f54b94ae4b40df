import { SessionConfig } from '../auth/session.config.js';
import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { oneOf, text } from '../platform/config/setting-types.js';

/** A mailbox, a page or a telephone, as RFC 9116 §2.5.3 wants it. */
const CONTACT = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+|tel:\+[0-9-]+)$/;

/** Who may read the documentation, and whom somebody tells who finds a hole. */
export class ApiDocsConfig extends configSlice({
  title: 'Documentation',
  settings: {
    access: {
      variable: 'API_DOCS_ACCESS',
      schema: oneOf(['off', 'log-in', 'public']).default('off'),
      description:
        'Who sees /docs and /openapi: nobody (off), whoever has a good credential, a browser after log-in (log-in), or everybody (public). Absent: nobody.',
    },
    securityContact: {
      variable: 'SECURITY_CONTACT',
      schema: text({ maxLength: 500 })
        .refine((value) => CONTACT.test(value), 'is not a mailto:, https: or tel: address')
        .optional(),
      description:
        'Whom to tell of a vulnerability, such as mailto:security@example.com, for /.well-known/security.txt. Absent: there is no such file.',
    },
  },
  rules: ({ access }, { read }): Problem[] => {
    const session = read(SessionConfig);
    return access === 'log-in' && session && session.clientId === undefined
      ? [{ variable: 'API_DOCS_ACCESS', rule: 'is log-in, for which SESSION_CLIENT_ID is needed' }]
      : [];
  },
}) {}
