import { builtLimits } from './built-limits.ts';
import { startBrowserApp, type BrowserApp } from './browser-app/browser-app.ts';
import { startApi } from './start/api.ts';
import { ensureBuilt } from './start/build.ts';
import { startDatabase } from './database.ts';
import { versionDates } from './first-start.ts';
import { greeting } from './start/greeting.ts';
import { startIdentityProviderChild } from './identity-provider/child.ts';
import { Parts, type Part } from './start/parts.ts';
import { prepareDatabase } from './start/prepare-database.ts';
import { prepareMachine } from './start/prepare-machine.ts';
import type { DataFolder } from './run-record.ts';
import { apiOrigin, issuerUrl, readSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';
import { listenForStop } from './start/stop-signals.ts';
import { untilAnswered } from './start/until-answered.ts';

/*
 * npm start: the outside world of the API on this machine, and the API itself. It does what an
 * operator's platform does elsewhere, and the application cannot tell the difference.
 */
const isWatching = process.argv.includes('--watch');
const parts = new Parts();
let folder: DataFolder | undefined;

const signal = listenForStop(() => {
  parts.kill();
  process.exit(1);
});
// A terminal that was closed takes no more lines; stopping in order matters more.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  await startAll();
  await parts.runUntil(signal);
} catch (error) {
  if (!signal.aborted) {
    const isExplained = error instanceof StartFailure;
    process.stderr.write(`${isExplained ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
if (signal.aborted) {
  say('Stopping…');
}
await parts.stop();
await folder?.release();
process.exit();

async function startAll(): Promise<void> {
  const settings = readSettings();
  const machine = await prepareMachine(settings, say);
  folder = machine.folder;
  const { secrets } = machine;
  await ensureBuilt(say, signal);

  signal.throwIfAborted();
  const server = parts.add(await startDatabase(settings, secrets, say));
  const provider = parts.add(startIdentityProviderChild(settings, secrets));
  const databaseUrl = await prepareDatabase(server, secrets);
  const issuer = issuerUrl(settings.identityProviderPort);
  await untilAnswered(`${issuer}/.well-known/openid-configuration`, provider, { signal });

  signal.throwIfAborted();
  const versions = await versionDates(settings.dataFolder);
  const api = parts.add(startApi({ settings, secrets, databaseUrl, versions, isWatching, onNotice: say }));
  const url = `http://127.0.0.1:${settings.apiPort}/health/ready`;
  await untilAnswered(url, api, { signal, ...(isWatching ? { withinSeconds: Infinity } : {}) });
  const app = await startBrowserApp({ port: settings.browserAppPort, apiOrigin: apiOrigin(settings) });
  parts.add(partOf(app));
  const limits = await builtLimits(process.env);
  say(greeting(settings, secrets, { isWatching, limits }));
}

/** In this process: it serves three files, and can neither fail nor hang. */
function partOf(app: BrowserApp): Part {
  return {
    name: 'The browser application',
    ended: new Promise(() => undefined),
    stop: () => app.stop(),
    kill: () => undefined,
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
