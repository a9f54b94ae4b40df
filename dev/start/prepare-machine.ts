import { assertPortsFree } from './ports.ts';
import { stopLeftoverPostgres } from '../postgres.ts';
import { takeDataFolder, type DataFolder } from '../run-record.ts';
import { ensureSecrets, type Secrets } from '../secrets.ts';
import { postgresOptions } from '../database.ts';
import type { DevSettings } from '../settings.ts';

/** What an earlier start left behind when it was killed may still be draining. */
const GRACE_SECONDS = 30;

/** Everything that can fail before anything is started: the folder, the secrets, the ports. */
export async function prepareMachine(
  settings: DevSettings,
  onNotice: (line: string) => void,
): Promise<{ folder: DataFolder; secrets: Secrets }> {
  const folder = await takeDataFolder(settings);
  try {
    const secrets = await ensureSecrets(settings.dataFolder);
    const graceSeconds = folder.isLeftBehind ? GRACE_SECONDS : 0;
    await assertPortsFree(
      [
        { port: settings.apiPort, owner: 'the API', variable: 'PORT' },
        {
          port: settings.identityProviderPort,
          owner: 'the identity provider',
          variable: 'DEV_IDENTITY_PROVIDER_PORT',
        },
        {
          port: settings.browserAppPort,
          owner: 'the browser application',
          variable: 'DEV_BROWSER_APP_PORT',
        },
      ],
      graceSeconds,
    );
    await stopLeftoverPostgres(postgresOptions(settings, secrets, onNotice));
    await assertPortsFree(
      [{ port: settings.postgresPort, owner: 'PostgreSQL', variable: 'DEV_POSTGRES_PORT' }],
      graceSeconds,
    );
    return { folder, secrets };
  } catch (error) {
    await folder.release();
    throw error;
  }
}
