/** The database that every test file gets a copy of. */
export const TEMPLATE_DATABASE = 'template_secure_api';

const PASSWORD = 'good-for-one-test-run-on-loopback';

/** The roles' passwords on the test server. */
export const TEST_PASSWORDS = {
  admin: PASSWORD,
  owner: PASSWORD,
  application: PASSWORD,
  reporting: PASSWORD,
  keyRotation: PASSWORD,
  notices: PASSWORD,
  auditor: PASSWORD,
  incidentResponse: PASSWORD,
};

/** In this spelling also part of the name of the role. */
export type TestRole =
  'owner' | 'application' | 'reporting' | 'key_rotation' | 'notices' | 'auditor' | 'incident_response';

/** The URL of the same server for another database, and another role unless that is null. */
export function urlFor(adminUrl: string, role: TestRole | null, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role) {
    url.username = `secure_api_${role}`;
    url.password = PASSWORD;
  }
  return url.href;
}
