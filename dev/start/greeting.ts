import path from 'node:path';
import { DEMO_USERS } from '../identity-provider/users.ts';
import { DATABASE } from '../database.ts';
import type { LimitsInForce } from '../built-limits.ts';
import type { Secrets } from '../secrets.ts';
import { apiOrigin, browserAppOrigin, type DevSettings, issuerUrl, PROJECT_FOLDER } from '../settings.ts';

const NEW_CUSTOMER = '{"givenName":"Eve","familyName":"Example","email":"eve.example@example.com"}';

/** What a newcomer needs to see, and three commands that work exactly as printed. */
export function greeting(
  settings: DevSettings,
  secrets: Secrets,
  { isWatching, limits }: { isWatching: boolean; limits: LimitsInForce },
): string {
  const { identityProviderPort, postgresPort } = settings;
  const api = apiOrigin(settings);
  const data = shown(settings.dataFolder);
  const users = DEMO_USERS.map(({ name, tenant, roles }) => `${name} (${[tenant, ...roles].join(', ')})`);
  return `
  API                ${api}
  Documentation      ${api}/docs
  Browser app        ${browserAppOrigin(settings)}, to log in as one of the demo users
  Identity provider  ${issuerUrl(identityProviderPort)}
  PostgreSQL         127.0.0.1:${postgresPort}, database ${DATABASE}, data and secrets in ${data}
  Log of the API     ${isWatching ? 'in this terminal' : path.join(data, 'api.log')}
  Demo users         ${users.join(', ')}
  Their password     ${secrets.demoUserPassword}
  Rate limits        strangers ${limits.anonymous} for each address, known callers ${limits.subject},
                     log-ins and new keys ${limits.credentialEndpoints} (RATE_LIMIT_CREDENTIAL_ENDPOINTS)

In another terminal, in this folder: get a token,

  TOKEN=$(${tokenCommand(data)} alice)

list the customers of alice's tenant,

  curl -s -H "Authorization: Bearer $TOKEN" ${api}/v2/customers

and watch bob, who may only read, being refused a new one.

  curl -i -H "Authorization: Bearer $(${tokenCommand(data)} bob)" -H 'Content-Type: application/json' -d '${NEW_CUSTOMER}' ${api}/v2/customers

Ctrl-C stops everything.
`;
}

function tokenCommand(data: string): string {
  const command = 'npm run --silent token --';
  return data === '.data' ? command : `DEV_DATA_FOLDER='${data}' ${command}`;
}

function shown(folder: string): string {
  const relative = path.relative(PROJECT_FOLDER, folder);
  return relative.startsWith('..') ? folder : relative;
}
