import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeyAuthenticator } from './authentication/api-key-authenticator.js';
import { KeyCache } from './authentication/key-cache.js';
import { PushTrust } from './authentication/push-trust.js';
import { ApiKeyCursor } from './management/api-key-cursor.js';
import { ApiKeysController } from './management/api-keys.controller.js';
import { ApiKeysService } from './management/api-keys.service.js';
import { CurrentKeyController } from './management/current-key.controller.js';
import { KeyUsage } from './usage/key-usage.js';
import { UsageRepository } from './usage/usage.repository.js';

/**
 * P6 API keys — checkpoints P6.1–P6.4.
 * Threat:  a key that leaks, can do too much, lives for ever, and whose use nobody notices.
 * Defence: keyed hashes, mandatory ends, rotation with overlap, no more than its creator, pushed revocation.
 * Limits:  whoever has a key is its owner until somebody revokes it; an allowlist of networks helps.
 * Proof:   test/practices/p06-api-keys.e2e-spec.ts
 */
@Module({
  imports: [AuthModule, CryptoModule, DatabaseModule, EventsModule],
  controllers: [CurrentKeyController, ApiKeysController],
  providers: [
    ApiKeysRepository,
    ApiKeysService,
    ApiKeyCursor,
    ApiKeyAuthenticator,
    KeyCache,
    PushTrust,
    KeyUsage,
    UsageRepository,
  ],
})
export class ApiKeysModule {}
