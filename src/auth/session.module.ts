import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { AuthModule } from './auth.module.js';
import { LogInController } from './log-in/log-in.controller.js';
import { LogInCookies } from './log-in/log-in-cookies.js';
import { OwnPages } from './log-in/own-pages.js';
import { LogInService } from './log-in/log-in.service.js';
import { IssuerClient } from './issuer/issuer-client.js';
import { CsrfTokens } from './sessions/csrf-tokens.js';
import { SessionAdministrationController } from './sessions/session-administration.controller.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { SessionPurge } from './sessions/session-purge.js';
import { SessionRenewal } from './sessions/session-renewal.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';

/**
 * P1 Browser sessions — checkpoint P1.2.
 * Threat:  a script, a copied disk or a refresh token that comes back: tokens in the wrong hands.
 * Defence: tokens stay here, sealed; the browser has one opaque cookie; each renewal happens once.
 * Limits:  a hostile script in an allowed page still acts for the person while the page is open.
 * Proof:   test/practices/p01-sessions.e2e-spec.ts
 */
@Module({
  imports: [AuthModule, CryptoModule, DatabaseModule, EventsModule],
  controllers: [LogInController, SessionsController, SessionAdministrationController],
  providers: [
    IssuerClient,
    LogInCookies,
    LogInService,
    OwnPages,
    SessionAuthenticator,
    SessionsService,
    SessionsRepository,
    SessionRenewal,
    SessionPurge,
    CsrfTokens,
  ],
  exports: [CsrfTokens, OwnPages],
})
export class SessionModule {}
