import { databaseUrl, requireVerifiedTls } from '../../database/connection/database-url.js';
import { configSlice } from '../../platform/config/config-slice.js';

/** For `npm run incident` only. The API refuses to start when it is given this variable. */
export class IncidentConfig extends configSlice({
  title: 'Command incident',
  settings: {
    url: {
      variable: 'DATABASE_INCIDENT_RESPONSE_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_incident_response, which ends sessions, revokes keys and keeps callers out, and reads no personal data of customers. Never given to the API. Give REDIS_URL as well where the API has one.',
      secret: true,
    },
  },
  rules: ({ url }, context) => requireVerifiedTls('DATABASE_INCIDENT_RESPONSE_URL', url, context),
}) {}
