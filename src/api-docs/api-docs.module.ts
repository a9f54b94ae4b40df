import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SessionModule } from '../auth/session.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { VersioningModule } from '../versioning/versioning.module.js';
import { ApiDocuments } from './documents/api-documents.js';
import { CallerSettings } from './documents/caller-settings.js';
import { DocsAccess } from './pages/docs-access.js';
import { DocsController } from './pages/docs.controller.js';
import { ProblemCatalogue } from './problems/problem-catalogue.js';
import { ProblemsController } from './problems/problems.controller.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';
import { DocumentedRoutes } from './routes/documented-routes.js';

/**
 * P10 Documentation without disclosure — checkpoints P10.1–P10.5.
 * Threat:  documentation that lies, errors and pages that tell an attacker more than a caller needs.
 * Defence: documents from what the code enforces, held against every answer; one kind of problem document.
 * Limits:  what the documents say of the world outside, such as the issuer, is for the operator to check.
 * Proof:   test/practices/p10-api-docs.e2e-spec.ts
 */
@Module({
  imports: [AuthModule, SessionModule, EventsModule, VersioningModule],
  controllers: [DocsController, ProblemsController, SecurityTxtController],
  providers: [ApiDocuments, CallerSettings, DocsAccess, DocumentedRoutes, ProblemCatalogue],
  exports: [ApiDocuments],
})
export class ApiDocsModule {}
