import { obtainTokens } from './obtain-token.ts';
import { readRunRecord } from './run-record.ts';
import { ensureSecrets, readSecrets } from './secrets.ts';
import { issuerUrl, readSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';

/*
 * npm run token -- alice [scope …]
 * Prints an access token and nothing else, so that a shell can take it into a variable.
 */
try {
  const [name, ...scopes] = process.argv.slice(2);
  if (name === undefined) {
    throw new StartFailure('Say whose token: npm run token -- alice [scope …]');
  }
  const { dataFolder, identityProviderPort } = readSettings();
  const running = await readRunRecord(dataFolder);
  if (!(await readSecrets(dataFolder))) {
    throw new StartFailure('There is no identity provider yet: start one with "npm start".');
  }
  const tokens = await obtainTokens({
    name,
    issuer: running?.issuer ?? issuerUrl(identityProviderPort),
    scopes: scopes.length > 0 ? scopes : undefined,
    secrets: await ensureSecrets(dataFolder),
  });
  warnOfRefusals(scopes, tokens.scope);
  process.stdout.write(`${tokens.access_token}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof StartFailure ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function warnOfRefusals(asked: readonly string[], granted = ''): void {
  const refused = asked.filter((scope) => !granted.split(' ').includes(scope));
  if (refused.length > 0) {
    process.stderr.write(`Not granted: ${refused.join(', ')}\n`);
  }
}
