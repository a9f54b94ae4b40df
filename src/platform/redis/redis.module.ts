import { Module } from '@nestjs/common';
import { RedisConfig } from './redis.config.js';
import { RedisConnections } from './redis-connections.js';

@Module({
  providers: [
    {
      provide: RedisConnections,
      inject: [RedisConfig],
      useFactory: (config: RedisConfig) => RedisConnections.create(config),
    },
  ],
  exports: [RedisConnections],
})
export class RedisModule {}
