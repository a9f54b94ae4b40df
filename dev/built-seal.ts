import type { CustomerSeal } from '../src/customers/customer-seal.js';
import { built } from './built.ts';

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
