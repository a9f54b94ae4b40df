import { configSlice } from '../../platform/config/config-slice.js';
import { connectionUrl, text } from '../../platform/config/setting-types.js';

const rolePassword = text({ maxLength: 200 }).refine(
  (password) => password.length >= 20,
  'is shorter than 20 characters',
);

/** For `npm run db:bootstrap` only. The API refuses to start when it is given these variables. */
export class BootstrapRolesConfig extends configSlice({
  title: 'Command db:bootstrap',
  settings: {
    adminUrl: {
      variable: 'DATABASE_ADMIN_URL',
      schema: connectionUrl('postgresql', 'postgres'),
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
  },
}) {}
