import { parseArgs } from 'node:util';
import { withClient } from '../connection/with-client.js';
import { EncryptionConfig } from '../encryption/encryption.config.js';
import { FieldRotation, type RotationReport } from '../encryption/field-rotation.js';
import { KeyRotationConfig } from './key-rotation.config.js';
import { runCommand } from './run-command.js';

const BATCH_SIZE = 200;
const MAX_SHOWN_FAULTS = 20;

const USAGE = 'usage: npm run keys:rotate -- fields [--seal-plaintext]';

/** Ends after the batch under way; a second signal ends at once, which loses no more than that batch. */
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => (isStopped = true));
}

await runCommand([KeyRotationConfig, EncryptionConfig], async ({ url }, encryption) => {
  const sealsPlaintext = readArguments();
  return withClient(url, async (client) => {
    const options = { batchSize: BATCH_SIZE, sealsPlaintext, isStopped: () => isStopped };
    const report = await new FieldRotation(client, encryption, options).run();
    if (report.faults.length > 0) {
      throw new Error(faultsOf(report));
    }
    if (report.outstanding > 0) {
      throw new Error(
        `${report.renewed} rows renewed, ${report.outstanding} outstanding: run it again to go on`,
      );
    }
    return `${report.renewed} rows renewed. Every value is under the current keys. Other index keys can be removed, and other encryption keys once no backup needs them.`;
  });
});

function faultsOf({ renewed, faults }: RotationReport): string {
  const shown = faults.slice(0, MAX_SHOWN_FAULTS).map((fault) => `\n  ${fault}`);
  return `${renewed} rows renewed, ${faults.length} left as they are; the old keys are still needed:${shown.join('')}`;
}

/** What is renewed is named, because other kinds of keys rotate in other ways. */
function readArguments(): boolean {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'seal-plaintext': { type: 'boolean', default: false } },
    });
    if (positionals.join(' ') === 'fields') {
      return values['seal-plaintext'];
    }
  } catch {
    // An unknown option: the same answer.
  }
  throw new Error(USAGE);
}
