import { configSlice, type Problem } from '../../platform/config/config-slice.js';
import { insecureUrlRule } from '../../platform/config/insecure-url.js';
import { absoluteUrl, randomSecret, text } from '../../platform/config/setting-types.js';
import { PLAIN_ADDRESS } from '../../platform/mail/plain-address.js';
import { smtpUrlFault } from '../../platform/mail/smtp-options.js';

const address = () => text({ maxLength: 254 }).regex(PLAIN_ADDRESS, 'is not an e-mail address').optional();

/** Whom an alert reaches, beside the log. */
export class AlertsConfig extends configSlice({
  title: 'Alerts',
  prefix: 'ALERTS_',
  settings: {
    webhookUrl: {
      variable: 'ALERTS_WEBHOOK_URL',
      schema: absoluteUrl('https', 'http').optional(),
      description:
        'Where each alert is posted, signed (Standard Webhooks); https, except on loopback outside production. Absent: nowhere.',
      secret: true,
    },
    webhookSecret: {
      variable: 'ALERTS_WEBHOOK_SECRET',
      schema: randomSecret().optional(),
      description:
        'Key of the signature, which the receiver knows as well: 32 random bytes in base64 (openssl rand -base64 32). Required with ALERTS_WEBHOOK_URL.',
      secret: true,
    },
    mailTo: {
      variable: 'ALERTS_MAIL_TO',
      schema: address(),
      description: 'E-mail address that gets each alert. Absent: nobody gets one.',
    },
    mailFrom: {
      variable: 'ALERTS_MAIL_FROM',
      schema: address(),
      description: 'E-mail address that alerts come from. Required with ALERTS_MAIL_TO.',
    },
    smtpUrl: {
      variable: 'ALERTS_SMTP_URL',
      schema: text()
        .refine((url) => smtpUrlFault(url) === null, {
          error: ({ input }) => smtpUrlFault(String(input)) ?? '',
        })
        .optional(),
      description:
        'Mail server with its credentials: smtps://user:password@host, or smtp:// with STARTTLS, which is demanded except on loopback outside production. Required with ALERTS_MAIL_TO.',
      secret: true,
    },
    operatorTenant: {
      variable: 'ALERTS_OPERATOR_TENANT',
      schema: text({ maxLength: 128 }).optional(),
      description:
        'Tenant whose administrators see the alerts that belong to no tenant, such as attacks of strangers. Absent: those are in the log and go to webhook and mail only.',
    },
    runbookBaseUrl: {
      variable: 'ALERTS_RUNBOOK_BASE_URL',
      schema: absoluteUrl('https', 'http').optional(),
      description: 'Where your copy of docs/runbooks is. Absent: alerts name the path in the repository.',
    },
  },
  rules: (values, { isProduction }): Problem[] => {
    const { webhookUrl, webhookSecret, mailTo, mailFrom, smtpUrl } = values;
    const rules: [variable: string, rule: string | null][] = [
      ['ALERTS_WEBHOOK_URL', webhookUrl === undefined ? null : insecureUrlRule(webhookUrl, isProduction)],
      ['ALERTS_WEBHOOK_SECRET', missing(webhookUrl, webhookSecret, 'ALERTS_WEBHOOK_URL')],
      ['ALERTS_MAIL_FROM', missing(mailTo, mailFrom, 'ALERTS_MAIL_TO')],
      ['ALERTS_SMTP_URL', missing(mailTo, smtpUrl, 'ALERTS_MAIL_TO')],
    ];
    return rules.flatMap(([variable, rule]) => (rule === null ? [] : [{ variable, rule }]));
  },
}) {}

function missing(reason: string | undefined, value: string | undefined, variable: string): string | null {
  return reason !== undefined && value === undefined ? `is required with ${variable}` : null;
}
