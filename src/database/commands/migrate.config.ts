import { configSlice } from '../../platform/config/config-slice.js';
import { databaseUrl, requireVerifiedTls } from '../connection/database-url.js';

/** For `npm run db:migrate` only. The API refuses to start when it is given this variable. */
export class MigrateConfig extends configSlice({
  title: 'Command db:migrate',
  settings: {
    ownerUrl: {
      variable: 'DATABASE_OWNER_URL',
      schema: databaseUrl(),
      description: 'PostgreSQL URL of the role secure_api_owner, which migrates. Never given to the API.',
      secret: true,
    },
  },
  rules: ({ ownerUrl }, context) => requireVerifiedTls('DATABASE_OWNER_URL', ownerUrl, context),
}) {}
