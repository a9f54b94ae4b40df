import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { DatabaseConfig } from '../../../src/database/database.config.js';
import { EncryptionConfig } from '../../../src/database/encryption/encryption.config.js';
import { FieldCipher } from '../../../src/database/encryption/field-cipher.js';
import { IdempotencyInterceptor } from '../../../src/database/idempotency/idempotency.interceptor.js';
import { TenantPool } from '../../../src/database/tenancy/tenant-pool.js';
import { ForgetfulCipher, TransparentCipher, UnboundCipher } from '../careless-ciphers.js';
import { CarelessPool } from '../careless-pool.js';
import { UnsuspectingPool } from '../unsuspecting-pool.js';
import { replace, type Removal } from './removal.js';

const withPool =
  (Pool: typeof TenantPool): NonNullable<Removal['override']> =>
  (builder) =>
    void builder.overrideProvider(TenantPool).useFactory({
      inject: [DatabaseConfig],
      factory: (config: DatabaseConfig) => new Pool(config),
    });

const withCipher = (Cipher: typeof FieldCipher): Removal => ({
  override: (builder) =>
    void builder.overrideProvider(FieldCipher).useFactory({
      inject: [EncryptionConfig],
      factory: (config: EncryptionConfig) => new Cipher(config),
    }),
});

/** Defences of database and how each is taken out. */
export const databaseRemovals = {
  'row-level security': {
    environment: ({ adminUrl }) => ({ DATABASE_URL: adminUrl }),
    override: withPool(UnsuspectingPool),
  },
  'least privilege': { override: withPool(UnsuspectingPool) },
  'tenant of the caller': { override: withPool(CarelessPool) },
  idempotency: {
    override: replace(IdempotencyInterceptor, {
      intercept: (_context: ExecutionContext, next: CallHandler) => next.handle(),
    }),
  },
  'field encryption': withCipher(TransparentCipher),
  'field binding': withCipher(UnboundCipher),
  'look-ups under every key': withCipher(ForgetfulCipher),
} as const satisfies Record<string, Removal>;
