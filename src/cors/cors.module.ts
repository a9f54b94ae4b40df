import { Module } from '@nestjs/common';
import { SessionModule } from '../auth/session.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { CrossOriginRequests } from './cross-origin-requests.js';
import { CsrfGuard } from './csrf/csrf.guard.js';
import { RefusedOrigins } from './refused-origins.js';

/**
 * P7 CORS and CSRF — checkpoints P7.1–P7.4.
 * Threat:  a page of another site reads through the person's browser, or acts in the person's name.
 * Defence: whole origins on a list, no more methods and headers than a route serves, proof of intent.
 * Limits:  a hostile script inside an allowed page is that page; CORS restrains browsers only.
 * Proof:   test/practices/p07-cors.e2e-spec.ts
 */
@Module({
  imports: [EventsModule, SessionModule],
  providers: [CrossOriginRequests, RefusedOrigins, CsrfGuard],
  exports: [CrossOriginRequests, CsrfGuard],
})
export class CorsModule {}
