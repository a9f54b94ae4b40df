import { ConfigError } from '../config/config-error.js';
import type { SliceClass } from '../config/config-slice.js';
import { parseConfiguration, variablesOf, type Environment } from '../config/configuration.js';
import { AwsSource } from './aws-source.js';
import { SecretsConfig } from './secrets.config.js';
import type { SecretSource } from './secret-source.js';
import { VaultSource } from './vault-source.js';

/**
 * The environment together with the secrets that stand in the chosen source, for the slices that
 * are to be read from it. What these slices do not name is left where it is.
 *
 * @throws ConfigError for a fault of the settings, or a secret that stands in two places
 * @throws SecretsUnavailable
 */
export async function withStoredSecrets(
  slices: readonly SliceClass[],
  environment: Environment,
): Promise<Environment> {
  const config = parseConfiguration([SecretsConfig], environment).get(SecretsConfig) as SecretsConfig;
  const source = sourceOf(config);
  if (!source) {
    return environment;
  }
  const stored = await source.read();
  const wanted = secretVariablesOf(slices).filter((variable) => Object.hasOwn(stored, variable));
  const twice = wanted.filter((variable) => environment[variable] || environment[`${variable}_FILE`]);
  if (twice.length > 0) {
    const rule = 'stands in the secret store, too: remove it from one of them';
    throw new ConfigError(twice.map((variable) => ({ variable, rule })));
  }
  return { ...environment, ...Object.fromEntries(wanted.map((variable) => [variable, stored[variable]])) };
}

function sourceOf(config: SecretsConfig): SecretSource | undefined {
  if (config.source === 'vault') {
    return new VaultSource(config);
  }
  return config.source === 'aws' ? new AwsSource(config) : undefined;
}

/** Those that have a `_FILE` form; what opens the source itself cannot lie in it. */
function secretVariablesOf(slices: readonly SliceClass[]): string[] {
  const names = slices.filter((slice) => slice !== SecretsConfig).flatMap(variablesOf);
  return names.filter((name) => names.includes(`${name}_FILE`));
}
