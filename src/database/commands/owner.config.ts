import { configSlice } from '../../platform/config/config-slice.js';
import { databaseUrl, requireVerifiedTls } from '../connection/database-url.js';

/** For commands that migrate or remove. The API refuses to start when it is given this variable. */
export class OwnerConfig extends configSlice({
  title: 'Commands db:migrate and audit:retain',
  settings: {
    ownerUrl: {
      variable: 'DATABASE_OWNER_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_owner, which migrates, and removes what is over its time. Never given to the API.',
      secret: true,
    },
  },
  rules: ({ ownerUrl }, context) => requireVerifiedTls('DATABASE_OWNER_URL', ownerUrl, context),
}) {}
