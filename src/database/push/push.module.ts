import { Inject, Module } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MetricsModule } from '../../platform/metrics/metrics.module.js';
import { PushChannel } from '../../platform/push/push-channel.js';
import { RedisPushChannel } from '../../platform/push/redis-push-channel.js';
import { RedisConnections } from '../../platform/redis/redis-connections.js';
import { RedisModule } from '../../platform/redis/redis.module.js';
import { DatabaseConfig } from '../database.config.js';
import { PostgresPushChannel } from './postgres-push-channel.js';

/** The push channel between instances: Redis when it is configured, otherwise the database. */
@Module({
  imports: [RedisModule, MetricsModule],
  providers: [
    {
      provide: PushChannel,
      inject: [RedisConnections, DatabaseConfig],
      useFactory: (redis: RedisConnections, config: DatabaseConfig) =>
        redis.isConfigured ? new RedisPushChannel(redis) : new PostgresPushChannel(config),
    },
  ],
  exports: [PushChannel],
})
export class PushModule {
  constructor(@Inject(PushChannel) channel: PushChannel, metrics: Metrics) {
    metrics.gauge(
      {
        name: 'push_channel_connected',
        help: '1 while this instance hears at once what others revoke; at 0 it looks everything up itself.',
        labels: [],
      },
      (gauge) => gauge.set(Number(channel.isConnected)),
    );
  }
}
