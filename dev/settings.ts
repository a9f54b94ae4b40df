import path from 'node:path';
import { StartFailure } from './start-failure.ts';

export const PROJECT_FOLDER = path.resolve(import.meta.dirname, '..');

/** What the API accepts in `aud`, and what the embedded provider puts there. */
export const AUDIENCE = 'https://secure-api.example';

/** Where things are on this machine; each port and the data folder have a variable. */
export interface DevSettings {
  readonly dataFolder: string;
  readonly apiPort: number;
  readonly identityProviderPort: number;
  readonly postgresPort: number;
  readonly browserAppPort: number;
}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): DevSettings {
  const port = (variable: string, otherwise: number): number => {
    const text = environment[variable] || String(otherwise);
    const value = Number(text);
    if (!/^\d{1,5}$/.test(text) || value < 1 || value > 65_535) {
      throw new StartFailure(`${variable} is not a port number between 1 and 65535.`);
    }
    return value;
  };
  return {
    dataFolder: path.resolve(PROJECT_FOLDER, environment['DEV_DATA_FOLDER'] || '.data'),
    apiPort: port('PORT', 3000),
    identityProviderPort: port('DEV_IDENTITY_PROVIDER_PORT', 3001),
    postgresPort: port('DEV_POSTGRES_PORT', 5433),
    browserAppPort: port('DEV_BROWSER_APP_PORT', 3002),
  };
}

export function issuerUrl(port: number): string {
  return `http://localhost:${port}`;
}

/** Of the API and of its browser application: two origins of one site, since a site knows no port. */
export function apiOrigin({ apiPort }: DevSettings): string {
  return `http://localhost:${apiPort}`;
}

export function browserAppOrigin({ browserAppPort }: DevSettings): string {
  return `http://localhost:${browserAppPort}`;
}
