import type { CustomerSeal } from '../src/customers/customer-seal.js';
import { StartFailure } from './start-failure.ts';

/**
 * The application's own seal for sensitive fields, out of its build: files here run without a
 * build step, but the decorators of that code need one.
 *
 * @param environment with FIELD_ENCRYPTION_KEYS and FIELD_INDEX_KEYS
 * @throws ConfigError when they are missing or wrong
 */
export async function builtCustomerSeal(environment: NodeJS.ProcessEnv): Promise<CustomerSeal> {
  const [{ parseConfiguration }, { EncryptionConfig }, { FieldCipher }, { CustomerSeal: Seal }] =
    await Promise.all([
      built<typeof import('../src/platform/config/configuration.js')>('platform/config/configuration.js'),
      built<typeof import('../src/database/encryption/encryption.config.js')>(
        'database/encryption/encryption.config.js',
      ),
      built<typeof import('../src/database/encryption/field-cipher.js')>(
        'database/encryption/field-cipher.js',
      ),
      built<typeof import('../src/customers/customer-seal.js')>('customers/customer-seal.js'),
    ]);
  const keys = {
    FIELD_ENCRYPTION_KEYS: environment['FIELD_ENCRYPTION_KEYS'],
    FIELD_INDEX_KEYS: environment['FIELD_INDEX_KEYS'],
  };
  const config = parseConfiguration([EncryptionConfig], keys).get(EncryptionConfig);
  return new Seal(new FieldCipher(config as InstanceType<typeof EncryptionConfig>));
}

async function built<Module>(file: string): Promise<Module> {
  await import('reflect-metadata');
  try {
    return (await import(new URL(`../dist/${file}`, import.meta.url).href)) as Module;
  } catch (error) {
    throw new StartFailure('The application is not built yet: run "npm run build" first.', { cause: error });
  }
}
