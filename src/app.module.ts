import type { TlsOptions } from 'node:tls';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ApiDocsConfig } from './api-docs/api-docs.config.js';
import { ApiDocsModule } from './api-docs/api-docs.module.js';
import { ApiKeysConfig } from './api-keys/api-keys.config.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuthenticationGuard } from './auth/access/authentication.guard.js';
import { AuthorizationGuard } from './auth/access/authorization.guard.js';
import { AuthConfig } from './auth/auth.config.js';
import { AuthModule } from './auth/auth.module.js';
import { SessionConfig } from './auth/session.config.js';
import { SessionModule } from './auth/session.module.js';
import { CorsConfig } from './cors/cors.config.js';
import { CorsModule } from './cors/cors.module.js';
import { CrossOriginRequests } from './cors/cross-origin-requests.js';
import { CsrfGuard } from './cors/csrf/csrf.guard.js';
import { CustomersModule } from './customers/customers.module.js';
import { DatabaseConfig } from './database/database.config.js';
import { DatabaseModule } from './database/database.module.js';
import { EncryptionConfig } from './database/encryption/encryption.config.js';
import { IdempotencyConfig } from './database/idempotency/idempotency.config.js';
import { IdempotencyInterceptor } from './database/idempotency/idempotency.interceptor.js';
import { AuditConfig } from './monitoring/audit/audit.config.js';
import { AlertsConfig } from './monitoring/alerts/alerts.config.js';
import { DetectionConfig } from './monitoring/detection/detection.config.js';
import { LogConfig } from './monitoring/log/log.config.js';
import { RequestLog } from './monitoring/log/request-log.js';
import { MetricsConfig } from './monitoring/metrics/metrics.config.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { BlockedAddresses } from './monitoring/response/blocked-addresses.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { SliceClass } from './platform/config/config-slice.js';
import type { Configuration } from './platform/config/configuration.js';
import { RuntimeConfig } from './platform/config/runtime.config.js';
import { CryptoConfig } from './platform/crypto/crypto.config.js';
import { ProblemFilter } from './platform/errors/problem.filter.js';
import { HealthModule } from './platform/health/health.module.js';
import { HttpConfig } from './platform/http/http.config.js';
import { RedisConfig } from './platform/redis/redis.config.js';
import { SecretsConfig } from './platform/secrets/secrets.config.js';
import { AddressLimits } from './rate-limit/limits/address-limits.js';
import { RateLimitGuard } from './rate-limit/limits/rate-limit.guard.js';
import { RateLimitConfig } from './rate-limit/rate-limit.config.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { ThrottleInterceptor } from './rate-limit/throttling/throttle.interceptor.js';
import { ThrottlingConfig } from './rate-limit/throttling/throttling.config.js';
import { HeadersConfig } from './transport/headers/headers.config.js';
import { SecurityHeaders } from './transport/headers/security-headers.js';
import { PlaintextRefusal } from './transport/plaintext/plaintext-refusal.js';
import { nativeTls } from './transport/tls/server-tls-options.js';
import { TlsConfig } from './transport/tls/tls.config.js';
import { TransportModule } from './transport/transport.module.js';
import { JsonBody } from './validation/boundary/json-body.js';
import { StrictValidationPipe } from './validation/boundary/strict-validation.pipe.js';
import { ValidationBoundaryInterceptor } from './validation/boundary/validation-boundary.interceptor.js';
import { ValidationConfig } from './validation/validation.config.js';
import { ValidationModule } from './validation/validation.module.js';
import { DeprecatedRoutes } from './versioning/deprecated-routes.js';
import { SunsetRefusal } from './versioning/sunset-refusal.js';
import { DeprecatedCalls } from './versioning/usage/deprecated-calls.js';
import { DeprecatedUsageConfig } from './versioning/usage/deprecated-usage.config.js';
import { VersioningConfig } from './versioning/versioning.config.js';
import { VersioningModule } from './versioning/versioning.module.js';

/** Everything that can be configured; each practice owns its slice. */
export const CONFIG_SLICES: readonly SliceClass[] = [
  RuntimeConfig,
  SecretsConfig,
  HttpConfig,
  TlsConfig,
  HeadersConfig,
  LogConfig,
  MetricsConfig,
  DetectionConfig,
  AlertsConfig,
  DatabaseConfig,
  EncryptionConfig,
  IdempotencyConfig,
  RedisConfig,
  CryptoConfig,
  AuthConfig,
  SessionConfig,
  CorsConfig,
  RateLimitConfig,
  ThrottlingConfig,
  ApiKeysConfig,
  ValidationConfig,
  VersioningConfig,
  ApiDocsConfig,
  DeprecatedUsageConfig,
  AuditConfig,
];

/** What the server is made with, before anything else exists. */
export const SERVER_TLS: readonly ((configuration: Configuration) => TlsOptions | undefined)[] = [
  nativeTls, // certificate, versions, cipher suites; plain HTTP where there is no certificate
];

/** What runs before a route is known or a body is read: Fastify hooks and parsers, in this order. */
export const REQUEST_HOOKS = [
  SecurityHeaders, // on every answer of every layer
  RequestLog, // one line per request, whoever answers it
  CrossOriginRequests, // which pages may read the answer, refusals included
  DeprecatedRoutes, // whoever uses what will end is told, also in a refusal
  DeprecatedCalls, // and counted, whatever the answer
  PlaintextRefusal, // nothing without TLS, a credential least of all
  BlockedAddresses, // nobody from where an attack comes from
  AddressLimits, // how much from this address?
  SunsetRefusal, // what has ended: 410, and where to go on
  JsonBody, // JSON only, within bounds
] as const;

/** The chain around every handler, in the order in which it runs. */
const GLOBAL_CHAIN = [
  { provide: APP_GUARD, useExisting: CsrfGuard }, // did its page mean it?
  { provide: APP_GUARD, useExisting: AuthenticationGuard }, // who is calling?
  { provide: APP_GUARD, useExisting: RateLimitGuard }, // how much from this caller?
  { provide: APP_GUARD, useExisting: AuthorizationGuard }, // may they?
  { provide: APP_INTERCEPTOR, useExisting: ValidationBoundaryInterceptor }, // nothing undeclared; report refusals
  { provide: APP_INTERCEPTOR, useExisting: ThrottleInterceptor }, // what is dear waits its turn
  { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor }, // a repeated POST is answered, not repeated
  { provide: APP_PIPE, useExisting: StrictValidationPipe }, // every input against its schema
  { provide: APP_FILTER, useExisting: ProblemFilter }, // every failure as a problem document
];

@Module({})
export class AppModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(configuration),
        ClockModule,
        HealthModule,
        MonitoringModule,
        TransportModule,
        DatabaseModule,
        AuthModule,
        SessionModule,
        CorsModule,
        RateLimitModule,
        ApiKeysModule,
        ValidationModule,
        VersioningModule,
        ApiDocsModule,
        CustomersModule,
      ],
      providers: [ProblemFilter, ...GLOBAL_CHAIN],
    };
  }
}
