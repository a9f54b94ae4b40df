import { parseArgs } from 'node:util';
import pg from 'pg';
import { connectionOptions } from '../connection/database-url.js';
import { EncryptionConfig } from '../encryption/encryption.config.js';
import { FieldRotation } from '../encryption/field-rotation.js';
import { KeyRotationConfig } from './key-rotation.config.js';
import { runCommand } from './run-command.js';

const BATCH_SIZE = 200;

const USAGE = 'usage: npm run keys:rotate -- fields [--seal-plaintext]';

/** Ends after the batch under way; a second signal ends at once, which loses no more than that batch. */
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => (isStopped = true));
}

await runCommand([KeyRotationConfig, EncryptionConfig], async ({ url }, encryption) => {
  const sealsPlaintext = readArguments();
  const client = new pg.Client(connectionOptions(url));
  await client.connect();
  try {
    const options = { batchSize: BATCH_SIZE, sealsPlaintext, isStopped: () => isStopped };
    const { renewed, outstanding } = await new FieldRotation(client, encryption, options).run();
    if (outstanding > 0) {
      throw new Error(`${renewed} rows renewed, ${outstanding} outstanding: run it again to go on`);
    }
    return `${renewed} rows renewed. Every value is under the current keys; the other keys can be removed.`;
  } finally {
    await client.end();
  }
});

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
