import { Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DatabaseModule } from '../../database/database.module.js';
import { EventsModule } from '../../platform/events/events.module.js';
import { RedisConnections } from '../../platform/redis/redis-connections.js';
import { RedisModule } from '../../platform/redis/redis.module.js';
import { AlertsModule } from '../alerts/alerts.module.js';
import { LogModule } from '../log/log.module.js';
import { AnswerStore } from './answers/answer-store.js';
import { AnswerWatch } from './answers/answer-watch.js';
import { MemoryAnswerStore } from './answers/memory-answer-store.js';
import { RedisAnswerStore } from './answers/redis-answer-store.js';
import { Detection } from './detection.js';
import { OriginWatch } from './origins/origin-watch.js';
import { OriginsRepository } from './origins/origins.repository.js';
import { MemorySightingStore } from './sightings/memory-sighting-store.js';
import { RedisSightingStore } from './sightings/redis-sighting-store.js';
import { SightingStore } from './sightings/sighting-store.js';

/** One connection for both counts; null without Redis. */
const DETECTION_REDIS = Symbol('DETECTION_REDIS');

/** What tells an attack from a bad day. */
@Module({
  imports: [AlertsModule, DatabaseModule, EventsModule, LogModule, RedisModule],
  providers: [
    Detection,
    AnswerWatch,
    OriginWatch,
    OriginsRepository,
    {
      provide: DETECTION_REDIS,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => (redis.isConfigured ? redis.open('detection') : null),
    },
    {
      provide: SightingStore,
      inject: [DETECTION_REDIS],
      useFactory: (redis: Redis | null): SightingStore => {
        const local = new MemorySightingStore();
        return redis ? new RedisSightingStore(redis, local) : local;
      },
    },
    {
      provide: AnswerStore,
      inject: [DETECTION_REDIS],
      useFactory: (redis: Redis | null): AnswerStore => {
        const local = new MemoryAnswerStore();
        return redis ? new RedisAnswerStore(redis, local) : local;
      },
    },
  ],
})
export class DetectionModule {}
