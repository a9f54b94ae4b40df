import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { stdTimeFunctions, type LogFn } from 'pino';
import { currentRequest } from '../../platform/http/request/current-request.js';
import { LogConfig } from './log.config.js';
import { LogDestination, standardOutput } from './log-destination.js';
import { redact } from './redaction.js';
import { RequestLog } from './request-log.js';

@Module({
  providers: [{ provide: LogDestination, useFactory: standardOutput }],
  exports: [LogDestination],
})
class LogDestinationModule {}

/** Ties what a service says to the request that it works for. A line that names its request is whole. */
function tiedToRequest(line: object): object {
  const request = 'requestId' in line ? undefined : currentRequest();
  return request ? { requestId: request.id, traceId: request.trace?.traceId, ...line } : line;
}

/** The one door of every line, whichever logger it comes from. */
function logRedacted(this: unknown, args: Parameters<LogFn>, log: LogFn): void {
  Reflect.apply(
    log,
    this,
    args.map((argument) => redact(argument)),
  );
}

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
          {
            level,
            autoLogging: false,
            base: null,
            timestamp: stdTimeFunctions.isoTime,
            mixin: tiedToRequest,
            mixinMergeStrategy: (_line, tied) => tied,
            hooks: { logMethod: logRedacted },
          },
          destination,
        ],
      }),
    }),
  ],
  providers: [RequestLog],
  exports: [RequestLog],
})
export class LogModule {}
