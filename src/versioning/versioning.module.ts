import { Module } from '@nestjs/common';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { ApiVersions } from './api-versions.js';
import { Changelog } from './changelog/changelog.js';
import { ChangelogController } from './changelog/changelog.controller.js';
import { DeprecatedRoutes } from './deprecated-routes.js';
import { SunsetRefusal } from './sunset-refusal.js';

/**
 * P5 Versioning — checkpoints P5.1–P5.5.
 * Threat:  clients that break overnight; old versions that nobody dares to switch off and nobody mends.
 * Defence: one declaration of each version's end; headers, 410, reports and notices follow from it.
 * Limits:  nobody can make a client read its headers or its e-mail.
 * Proof:   test/practices/p05-versions.e2e-spec.ts
 */
@Module({
  imports: [RateLimitModule],
  controllers: [ChangelogController],
  providers: [ApiVersions, Changelog, DeprecatedRoutes, SunsetRefusal],
  exports: [ApiVersions, DeprecatedRoutes, SunsetRefusal],
})
export class VersioningModule {}
