import { configSlice } from '../../platform/config/config-slice.js';
import { databaseUrl, requireVerifiedTls } from '../connection/database-url.js';

/** For `npm run keys:rotate` only. The API refuses to start when it is given this variable. */
export class KeyRotationConfig extends configSlice({
  title: 'Command keys:rotate',
  settings: {
    url: {
      variable: 'DATABASE_KEY_ROTATION_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_key_rotation, which reaches encrypted columns only. Never given to the API.',
      secret: true,
    },
  },
  rules: ({ url }, context) => requireVerifiedTls('DATABASE_KEY_ROTATION_URL', url, context),
}) {}
