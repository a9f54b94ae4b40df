import { databaseUrl, requireVerifiedTls } from '../../../database/connection/database-url.js';
import { configSlice } from '../../../platform/config/config-slice.js';

/** For the commands `audit:…` only. The API refuses to start when it is given this variable. */
export class AuditorConfig extends configSlice({
  title: 'Commands audit:verify, audit:export and review:reads',
  settings: {
    url: {
      variable: 'DATABASE_AUDITOR_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_auditor, which reads the audit trail and nothing else. Never given to the API.',
      secret: true,
    },
  },
  rules: ({ url }, context) => requireVerifiedTls('DATABASE_AUDITOR_URL', url, context),
}) {}
