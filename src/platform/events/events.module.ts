import { Module } from '@nestjs/common';
import { SecurityEvents } from './security-events.js';

/** For whoever has something to report. */
@Module({ providers: [SecurityEvents], exports: [SecurityEvents] })
export class EventsModule {}
