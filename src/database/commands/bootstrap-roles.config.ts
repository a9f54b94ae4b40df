import { configSlice } from '../../platform/config/config-slice.js';
import { text } from '../../platform/config/setting-types.js';
import { databaseUrl, requireVerifiedTls } from '../connection/database-url.js';

const rolePassword = text({ maxLength: 200 })
  .refine((password) => password.length >= 20, 'is shorter than 20 characters')
  .regex(/^[\x20-\x7e]*$/, 'has other characters than printable ASCII');

/** For `npm run db:bootstrap` only. The API refuses to start when it is given these variables. */
export class BootstrapRolesConfig extends configSlice({
  title: 'Command db:bootstrap',
  settings: {
    adminUrl: {
      variable: 'DATABASE_ADMIN_URL',
      schema: databaseUrl(),
      description: 'PostgreSQL URL of a role that may create roles, connected to the target database.',
      secret: true,
    },
    ownerPassword: {
      variable: 'DATABASE_OWNER_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_owner gets; at least 20 characters.',
      secret: true,
    },
    applicationPassword: {
      variable: 'DATABASE_APPLICATION_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_application gets; at least 20 characters.',
      secret: true,
    },
    reportingPassword: {
      variable: 'DATABASE_REPORTING_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_reporting gets; at least 20 characters.',
      secret: true,
    },
    keyRotationPassword: {
      variable: 'DATABASE_KEY_ROTATION_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_key_rotation gets; at least 20 characters.',
      secret: true,
    },
    noticesPassword: {
      variable: 'DATABASE_NOTICES_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_notices gets; at least 20 characters.',
      secret: true,
    },
    auditorPassword: {
      variable: 'DATABASE_AUDITOR_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_auditor gets; at least 20 characters.',
      secret: true,
    },
    incidentResponsePassword: {
      variable: 'DATABASE_INCIDENT_RESPONSE_PASSWORD',
      schema: rolePassword,
      description: 'Password that the role secure_api_incident_response gets; at least 20 characters.',
      secret: true,
    },
  },
  rules: ({ adminUrl }, context) => requireVerifiedTls('DATABASE_ADMIN_URL', adminUrl, context),
}) {}
