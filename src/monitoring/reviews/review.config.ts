import { databaseUrl, requireVerifiedTls } from '../../database/connection/database-url.js';
import { configSlice } from '../../platform/config/config-slice.js';

/** For the reviews that look at the database. The API refuses to start when it is given this variable. */
export class ReviewConfig extends configSlice({
  title: 'Commands review:keys, review:access and review:database',
  settings: {
    url: {
      variable: 'DATABASE_REPORTING_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_reporting, which reads identifiers, ages and counts, and no personal data. Never given to the API.',
      secret: true,
    },
  },
  rules: ({ url }, context) => requireVerifiedTls('DATABASE_REPORTING_URL', url, context),
}) {}
