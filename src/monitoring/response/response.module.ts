import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { EventsModule } from '../../platform/events/events.module.js';
import { HealthModule } from '../../platform/health/health.module.js';
import { BlockedAddresses } from './blocked-addresses.js';
import { ContainedCallers } from './contained-callers.js';
import { ContainmentReports } from './containment-reports.js';
import { Containments } from './containments.js';
import { ContainmentsRepository } from './containments.repository.js';

/** What the API does about an incident: it keeps out whom `npm run incident` names. */
@Module({
  imports: [AuthModule, DatabaseModule, EventsModule, HealthModule],
  providers: [ContainmentsRepository, Containments, ContainmentReports, ContainedCallers, BlockedAddresses],
  exports: [BlockedAddresses],
})
export class ResponseModule {}
