import { ConfigError } from '../../platform/config/config-error.js';
import type { SliceClass } from '../../platform/config/config-slice.js';
import { parseConfiguration, processEnvironment } from '../../platform/config/configuration.js';
import { withStoredSecrets } from '../../platform/secrets/with-stored-secrets.js';

type Configs<Slices extends readonly SliceClass[]> = {
  [Index in keyof Slices]: InstanceType<Slices[Index]>;
};

/**
 * Runs one operator command: reads the settings it needs, prints what `work` returns, and ends with one clear
 * message and `failureStatus` when something fails; what `work` says of the status otherwise holds.
 */
export async function runCommand<const Slices extends readonly SliceClass[]>(
  slices: Slices,
  work: (...configs: Configs<Slices>) => Promise<string>,
  failureStatus = 1,
): Promise<void> {
  try {
    const environment = await withStoredSecrets(slices, processEnvironment());
    const configuration = parseConfiguration(slices, environment);
    const message = await work(...(slices.map((slice) => configuration.get(slice)) as Configs<Slices>));
    process.stdout.write(`${message}\n`);
  } catch (error) {
    const isExplained = error instanceof ConfigError;
    process.stderr.write(`${isExplained ? error.message : `The command failed: ${describe(error)}`}\n`);
    process.exitCode = failureStatus;
  }
}

/** A driver's message names server, role or database; it never contains the password. */
function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
