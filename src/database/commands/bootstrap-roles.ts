import { bootstrapRoles } from '../roles/bootstrap-roles.js';
import { BootstrapRolesConfig } from './bootstrap-roles.config.js';
import { runCommand } from './run-command.js';

await runCommand([BootstrapRolesConfig], async ({ adminUrl, ...passwords }) => {
  await bootstrapRoles(adminUrl, {
    owner: passwords.ownerPassword,
    application: passwords.applicationPassword,
    reporting: passwords.reportingPassword,
    keyRotation: passwords.keyRotationPassword,
    notices: passwords.noticesPassword,
    auditor: passwords.auditorPassword,
    incidentResponse: passwords.incidentResponsePassword,
  });
  return 'The database roles are in place.';
});
