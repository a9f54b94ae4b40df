import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventsModule } from '../../platform/events/events.module.js';
import { RedisConnections } from '../../platform/redis/redis-connections.js';
import { RedisModule } from '../../platform/redis/redis.module.js';
import { AlertsModule } from '../alerts/alerts.module.js';
import { LogModule } from '../log/log.module.js';
import { Detection } from './detection.js';
import { MemorySightingStore } from './memory-sighting-store.js';
import { OriginWatch } from './origins/origin-watch.js';
import { OriginsRepository } from './origins/origins.repository.js';
import { RedisSightingStore } from './redis-sighting-store.js';
import { SightingStore } from './sighting-store.js';

/** What tells an attack from a bad day. */
@Module({
  imports: [AlertsModule, DatabaseModule, EventsModule, LogModule, RedisModule],
  providers: [
    Detection,
    OriginWatch,
    OriginsRepository,
    {
      provide: SightingStore,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections): SightingStore => {
        const local = new MemorySightingStore();
        return redis.isConfigured ? new RedisSightingStore(redis.open('detection'), local) : local;
      },
    },
  ],
})
export class DetectionModule {}
