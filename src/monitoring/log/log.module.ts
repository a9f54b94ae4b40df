import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { stdTimeFunctions } from 'pino';
import { LogConfig } from './log.config.js';
import { LogDestination, standardOutput } from './log-destination.js';

@Module({
  providers: [{ provide: LogDestination, useFactory: standardOutput }],
  exports: [LogDestination],
})
class LogDestinationModule {}

/**
 * Structured logging by nestjs-pino, one JSON line per event. Its own request logging stays
 * off: it prints the whole URL with its query string, and on Fastify it runs as a slow
 * middleware. `RequestLog` writes the request line instead.
 */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [LogDestinationModule],
      inject: [LogConfig, LogDestination],
      useFactory: ({ level }: LogConfig, destination: LogDestination) => ({
        forRoutes: [],
        pinoHttp: [
          { level, autoLogging: false, base: null, timestamp: stdTimeFunctions.isoTime },
          destination,
        ],
      }),
    }),
  ],
})
export class LogModule {}
