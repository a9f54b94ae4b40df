import type { TlsOptions } from 'node:tls';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { ThrottlerGuard } from '@nestjs/throttler';
import { plainToInstance } from 'class-transformer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { AuthorizationGuard } from '../../src/auth/access/authorization.guard.js';
import { Authenticators } from '../../src/auth/access/authenticators.js';
import { AuthConfig } from '../../src/auth/auth.config.js';
import { AccessTokenStrategy } from '../../src/auth/tokens/access-token.strategy.js';
import { SigningKeys } from '../../src/auth/tokens/signing-keys.js';
import type { SignedToken } from '../../src/auth/tokens/verify-access-token.js';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import { DatabaseConfig } from '../../src/database/database.config.js';
import { EncryptionConfig } from '../../src/database/encryption/encryption.config.js';
import { FieldCipher } from '../../src/database/encryption/field-cipher.js';
import { IdempotencyInterceptor } from '../../src/database/idempotency/idempotency.interceptor.js';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';
import { SecurityEvents } from '../../src/monitoring/events/security-events.js';
import { Clock } from '../../src/platform/clock/clock.js';
import type { Configuration } from '../../src/platform/config/configuration.js';
import { ProblemFilter } from '../../src/platform/errors/problem.filter.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { HttpConfig } from '../../src/platform/http/http.config.js';
import { SecurityHeaders } from '../../src/transport/headers/security-headers.js';
import { PlaintextRefusal } from '../../src/transport/plaintext/plaintext-refusal.js';
import { CertificateRenewal } from '../../src/transport/tls/certificate-renewal.js';
import { nativeTls } from '../../src/transport/tls/server-tls-options.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { BucketStore } from '../../src/rate-limit/buckets/bucket-store.js';
import { MemoryBucketStore } from '../../src/rate-limit/buckets/memory-bucket-store.js';
import { RedisBucketStore } from '../../src/rate-limit/buckets/redis-bucket-store.js';
import { AddressLimits } from '../../src/rate-limit/limits/address-limits.js';
import { RateLimitGuard } from '../../src/rate-limit/limits/rate-limit.guard.js';
import { RateLimiter } from '../../src/rate-limit/limits/rate-limiter.js';
import { ThrottleInterceptor } from '../../src/rate-limit/throttling/throttle.interceptor.js';
import { JsonBody } from '../../src/validation/boundary/json-body.js';
import { StrictValidationPipe } from '../../src/validation/boundary/strict-validation.pipe.js';
import type { TestDatabase } from './database.js';
import { OpenBucketStore, SilentRateLimiter } from './careless-limits.js';
import { ForgetfulCipher, TransparentCipher, UnboundCipher } from './careless-ciphers.js';
import { CarelessPool } from './careless-pool.js';
import { StringBuiltCustomersRepository } from './string-built-customers.js';
import { UnsuspectingPool } from './unsuspecting-pool.js';
import { WildcardCustomersRepository } from './wildcard-customers.js';

/** How one defence is taken out of a test application. */
export interface Removal {
  readonly environment?: (database: TestDatabase) => Record<string, string>;
  readonly adapter?: (configuration: Configuration) => FastifyAdapter;
  readonly override?: (builder: TestingModuleBuilder, configuration: Configuration) => void;
}

const replace =
  (token: unknown, value: unknown): NonNullable<Removal['override']> =>
  (builder) =>
    void builder.overrideProvider(token).useValue(value);

/** Passes every token through `change` once its signature was verified, so that a rule finds what it wants. */
const withTokens = (change: (token: SignedToken, config: AuthConfig) => SignedToken): Removal => ({
  override(builder, configuration) {
    const config = configuration.get(AuthConfig) as AuthConfig;
    builder.overrideProvider(AccessTokenStrategy).useFactory({
      inject: [SigningKeys],
      factory: (keys: SigningKeys) => {
        const strategy = new AccessTokenStrategy(config, keys);
        return {
          verifySignature: async (token: string) => change(await strategy.verifySignature(token), config),
        };
      },
    });
  },
});

const withClaims = (claims: (config: AuthConfig, now: number) => object): Removal =>
  withTokens((token, config) => ({
    header: token.header,
    claims: { ...token.claims, ...claims(config, Math.floor(Date.now() / 1000)) },
  }));

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

const removals = {
  'token signature': {
    override: replace(AccessTokenStrategy, {
      verifySignature: async (token: string) => ({
        header: decodeProtectedHeader(token),
        claims: decodeJwt(token),
      }),
    }),
  },
  'token type': withTokens(({ claims }) => ({ header: { typ: 'at+jwt', alg: 'RS256' }, claims })),
  'token issuer': withClaims(({ issuer }) => ({ iss: issuer })),
  'token audience': withClaims(({ audience }) => ({ aud: audience })),
  'token lifetime': withClaims((_config, now) => ({ iat: now, exp: now + 300 })),
  'token times': withClaims((_config, now) => ({ iat: now, exp: now + 300, nbf: now })),
  'single credential': {
    override(builder) {
      builder.overrideProvider(Authenticators).useFactory({
        factory: () => {
          const authenticators = new Authenticators();
          const add = authenticators.add.bind(authenticators);
          authenticators.add = (one) =>
            add({ countCredentials: () => 1, authenticate: one.authenticate.bind(one) });
          return authenticators;
        },
      });
    },
  },
  authorization: { override: replace(AuthorizationGuard, { canActivate: () => true }) },
  'key refetch cool-down': { environment: () => ({ OIDC_KEY_REFETCH_COOLDOWN_SECONDS: '1' }) },
  'strict validation': {
    override: replace(StrictValidationPipe, {
      transform: (input: object, { metatype, type }: { metatype: never; type: string }) =>
        typeof input === 'object' && type !== 'custom' ? plainToInstance(metatype, input) : input,
    }),
  },
  'body bounds': {
    override: replace(JsonBody, {
      register: (fastify: FastifyInstance) => new JsonBody(null as never).register(fastify),
      parse: (request: FastifyRequest) => {
        request.body = Buffer.isBuffer(request.body) ? JSON.parse(String(request.body)) : request.body;
      },
    }),
  },
  'security events': { override: replace(SecurityEvents, { write: () => undefined }) },
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
  'buckets by caller': {
    override: (builder) => void builder.overrideProvider(RateLimitGuard).useClass(ThrottlerGuard),
  },
  'limits by address': {
    override: replace(AddressLimits, { register: () => undefined, spendWithoutCredential: () => undefined }),
  },
  'shared buckets': {
    override: (builder) =>
      void builder.overrideProvider(BucketStore).useFactory({
        inject: [Clock],
        factory: (clock: Clock) => new MemoryBucketStore(clock, 1000),
      }),
  },
  'buckets while Redis is away': {
    override: (builder) =>
      void builder.overrideProvider(BucketStore).useFactory({
        inject: [RedisConnections],
        factory: (redis: RedisConnections) =>
          new OpenBucketStore(new RedisBucketStore(redis.open('rate-limit', 50))),
      }),
  },
  'list of trusted proxies': { environment: () => ({ HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1' }) },
  'announced waits': {
    override: (builder) => void builder.overrideProvider(RateLimiter).useClass(SilentRateLimiter),
  },
  throttling: {
    override: replace(ThrottleInterceptor, {
      intercept: (_context: ExecutionContext, next: CallHandler) => next.handle(),
    }),
  },
  'literal search': {
    override(builder) {
      builder.overrideProvider(CustomersRepository).useClass(WildcardCustomersRepository);
    },
  },
  'parameterized queries': {
    override(builder) {
      builder.overrideProvider(CustomersRepository).useClass(StringBuiltCustomersRepository);
    },
  },
  'plaintext refusal': { override: replace(PlaintextRefusal, { register: () => undefined }) },
  'security headers': { override: replace(SecurityHeaders, { register: () => undefined }) },
  'certificate renewal': { override: replace(CertificateRenewal, {}) },
  'TLS profile': {
    adapter(configuration) {
      const old: TlsOptions = {
        ...nativeTls(configuration),
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
      };
      return createHttpAdapter(configuration.get(HttpConfig) as HttpConfig, old);
    },
    override: replace(CertificateRenewal, {}),
  },
  'time limits': {
    environment: () => ({
      HTTP_SERVER_HEADERS_TIMEOUT_SECONDS: '60',
      HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '300',
    }),
  },
  'problem documents': {
    override: replace(ProblemFilter, {
      catch: (thrown: Error, host: ExecutionContext) => {
        const reply = host.switchToHttp().getResponse<FastifyReply>();
        void reply.status(500).send({ message: thrown.message, stack: thrown.stack });
      },
    }),
  },
} as const satisfies Record<string, Removal>;

export type Defence = keyof typeof removals;

/**
 * The one way in which a test takes a defence out, to show that its proof fails without it.
 * It lives in the tests: no setting of the application can do this.
 */
export function without(defence: Defence): Removal {
  return removals[defence];
}
