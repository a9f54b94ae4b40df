import { Injectable, Optional } from '@nestjs/common';
import { ApiKeysConfig } from '../../api-keys/api-keys.config.js';
import { AuthConfig } from '../../auth/auth.config.js';
import { SessionConfig } from '../../auth/session.config.js';
import { CorsConfig } from '../../cors/cors.config.js';
import { IdempotencyConfig } from '../../database/idempotency/idempotency.config.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { HttpConfig } from '../../platform/http/http.config.js';
import { RateLimitConfig } from '../../rate-limit/rate-limit.config.js';
import { TlsConfig } from '../../transport/tls/tls.config.js';
import { ValidationConfig } from '../../validation/validation.config.js';

/** The settings that callers must know, from where the code that obeys them reads them. */
@Injectable()
export class CallerSettings {
  constructor(
    readonly runtime: RuntimeConfig,
    readonly auth: AuthConfig,
    readonly session: SessionConfig,
    readonly apiKeys: ApiKeysConfig,
    readonly cors: CorsConfig,
    readonly http: HttpConfig,
    readonly idempotency: IdempotencyConfig,
    readonly limits: RateLimitConfig,
    readonly tls: TlsConfig,
    /** Absent where nobody enforces its bounds. */
    @Optional() readonly validation?: ValidationConfig,
  ) {}
}
