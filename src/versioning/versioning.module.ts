import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { ApiVersions } from './api-versions.js';
import { Changelog } from './changelog/changelog.js';
import { ChangelogController } from './changelog/changelog.controller.js';
import { DeprecatedRoutes } from './deprecated-routes.js';
import { NoticeContactsController } from './notices/contacts/notice-contacts.controller.js';
import { NoticeContactsRepository } from './notices/contacts/notice-contacts.repository.js';
import { NoticeContactsService } from './notices/contacts/notice-contacts.service.js';
import { SunsetRefusal } from './sunset-refusal.js';
import { DeprecatedCalls } from './usage/deprecated-calls.js';
import { DeprecatedUsagePurge } from './usage/deprecated-usage-purge.js';
import { DeprecatedUsage } from './usage/deprecated-usage.js';
import { DeprecatedUsageRepository } from './usage/deprecated-usage.repository.js';
import { DeprecatedUsageCursor } from './usage/report/deprecated-usage-cursor.js';
import { DeprecatedUsageReport } from './usage/report/deprecated-usage-report.js';
import { DeprecatedUsageController } from './usage/report/deprecated-usage.controller.js';

/**
 * P5 Versioning — checkpoints P5.1–P5.5.
 * Threat:  clients that break overnight; old versions that nobody dares to switch off and nobody mends.
 * Defence: one declaration of each version's end; headers, 410, reports and notices follow from it.
 * Limits:  nobody can make a client read its headers or its e-mail.
 * Proof:   test/practices/p05-versions.e2e-spec.ts
 */
@Module({
  imports: [CryptoModule, DatabaseModule, EventsModule, MetricsModule, RateLimitModule],
  controllers: [ChangelogController, DeprecatedUsageController, NoticeContactsController],
  providers: [
    ApiVersions,
    Changelog,
    DeprecatedRoutes,
    SunsetRefusal,
    DeprecatedCalls,
    DeprecatedUsage,
    DeprecatedUsagePurge,
    DeprecatedUsageRepository,
    DeprecatedUsageReport,
    DeprecatedUsageCursor,
    NoticeContactsRepository,
    NoticeContactsService,
  ],
  exports: [ApiVersions, Changelog, DeprecatedRoutes, SunsetRefusal, DeprecatedCalls],
})
export class VersioningModule {}
