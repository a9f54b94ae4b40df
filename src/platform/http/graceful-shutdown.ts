import { Logger, type INestApplicationContext } from '@nestjs/common';

/**
 * Ends the process the way an orchestrator expects: on SIGTERM or SIGINT no new connection is
 * taken, requests in flight finish, connections to the database and Redis are closed, exit
 * status 0. Whoever hangs longer than `timeoutSeconds` is cut, with status 1.
 */
export function shutDownOnSignals(app: INestApplicationContext, timeoutSeconds: number): void {
  const logger = new Logger('Shutdown');
  const shutDown = (signal: string): void => {
    logger.log(`${signal} received: finishing the requests in flight`);
    setTimeout(() => {
      logger.error(`requests still in flight after ${timeoutSeconds} s are cut`);
      process.exit(1);
    }, timeoutSeconds * 1000).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', shutDown);
  process.once('SIGINT', shutDown);
}
