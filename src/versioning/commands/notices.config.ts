import { databaseUrl, requireVerifiedTls } from '../../database/connection/database-url.js';
import { configSlice, type Problem } from '../../platform/config/config-slice.js';
import { exactOrigin } from '../../platform/config/exact-origin.js';
import { insecureUrlRule } from '../../platform/config/insecure-url.js';
import { oneOf, text } from '../../platform/config/setting-types.js';
import { smtpUrlFault } from '../../platform/mail/smtp-options.js';
import { PLAIN_ADDRESS } from '../../platform/mail/plain-address.js';

/** For `npm run deprecations:notify` only. The API refuses to start when it is given one of these variables. */
export class NoticesConfig extends configSlice({
  title: 'Command deprecations:notify',
  prefix: 'NOTICES_',
  settings: {
    databaseUrl: {
      variable: 'DATABASE_NOTICES_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_notices, which sees who calls what is to end, and who is told. Never given to the API.',
      secret: true,
    },
    publicOrigin: {
      variable: 'NOTICES_PUBLIC_ORIGIN',
      schema: exactOrigin(),
      description:
        'Origin of the API as its clients know it, such as https://api.example.com: where the guide is. Required; https in production.',
    },
    from: {
      variable: 'NOTICES_FROM',
      schema: text({ maxLength: 254 }).regex(PLAIN_ADDRESS, 'is not an e-mail address'),
      description: 'E-mail address that the notices come from, without a name. Required.',
    },
    transport: {
      variable: 'NOTICES_TRANSPORT',
      schema: oneOf(['smtp', 'file', 'console']).default('smtp'),
      description:
        'How notices leave: `smtp`, `file` (each as an .eml file in NOTICES_FOLDER), or `console`, outside production only. Each of them counts as sent; to look only, there is --dry-run.',
    },
    smtpUrl: {
      variable: 'NOTICES_SMTP_URL',
      schema: text()
        .refine((url) => smtpUrlFault(url) === null, {
          error: ({ input }) => smtpUrlFault(String(input)) ?? '',
        })
        .optional(),
      description:
        'Mail server with its credentials: smtps://user:password@host, or smtp:// with STARTTLS, which is demanded except on loopback outside production. Certificates are verified; an authority of your own goes into NODE_EXTRA_CA_CERTS. Required for smtp.',
      secret: true,
    },
    folder: {
      variable: 'NOTICES_FOLDER',
      schema: text().optional(),
      description: 'Folder for the .eml files. Required for file.',
    },
  },
  rules: (values, context): Problem[] => {
    const { transport, smtpUrl, folder, publicOrigin } = values;
    const isMissing = `is required for NOTICES_TRANSPORT=${transport}`;
    const rules: [variable: string, rule: string | null][] = [
      ['NOTICES_SMTP_URL', transport === 'smtp' && smtpUrl === undefined ? isMissing : null],
      ['NOTICES_FOLDER', transport === 'file' && folder === undefined ? isMissing : null],
      [
        'NOTICES_TRANSPORT',
        transport === 'console' && context.isProduction
          ? 'must not be console in production: it would fill a log with addresses'
          : null,
      ],
      ['NOTICES_PUBLIC_ORIGIN', insecureUrlRule(publicOrigin, context.isProduction)],
    ];
    return [
      ...requireVerifiedTls('DATABASE_NOTICES_URL', values.databaseUrl, context),
      ...rules.flatMap(([variable, rule]) => (rule === null ? [] : [{ variable, rule }])),
    ];
  },
}) {}
