import { Module } from '@nestjs/common';
import { Metrics } from './metrics.js';

/** For whoever counts something. */
@Module({ providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
