import { Module } from '@nestjs/common';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { AuthenticationGuard } from './access/authentication.guard.js';
import { Authenticators } from './access/authenticators.js';
import { AuthorizationGuard } from './access/authorization.guard.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { AccessTokenStrategy } from './tokens/access-token.strategy.js';
import { BearerAuthenticator } from './tokens/bearer-authenticator.js';
import { IssuerDiscovery } from './tokens/issuer-discovery.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { VerifiedTokens } from './tokens/verified-tokens.js';

/**
 * P1 Authentication and authorization — checkpoints P1.1–P1.4.
 * Threat:  a forged, stolen, borrowed or over-mighty token; a route that nobody thought to protect.
 * Defence: the whole token is verified on each request, then scope, role, tenant and field.
 * Limits:  a stolen token works until it expires; that is why it lives ten minutes.
 * Proof:   test/practices/p01-auth.e2e-spec.ts
 */
@Module({
  imports: [CryptoModule, EventsModule],
  providers: [
    Authenticators,
    AuthenticationGuard,
    AuthorizationGuard,
    BearerAuthenticator,
    AccessTokens,
    AccessTokenStrategy,
    VerifiedTokens,
    SigningKeys,
    IssuerDiscovery,
  ],
  exports: [Authenticators, AuthenticationGuard, AuthorizationGuard, AccessTokens, IssuerDiscovery],
})
export class AuthModule {}
