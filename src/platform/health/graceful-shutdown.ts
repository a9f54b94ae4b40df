import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import type { HttpConfig } from '../http/http.config.js';
import { Readiness } from './readiness.js';

type ShutdownTimes = Pick<HttpConfig, 'shutdownDelaySeconds' | 'drainSeconds' | 'shutdownTimeoutSeconds'>;

/**
 * Ends the process the way an orchestrator expects. On SIGTERM or SIGINT the instance is not ready any more, and answers
 * as before while load balancers notice. Then no new connection is taken, requests in flight finish, connections to the
 * database and Redis are closed, exit status 0. Whoever hangs longer than allowed is cut, with status 1.
 */
export function shutDownOnSignals(app: INestApplicationContext, times: ShutdownTimes): void {
  const { shutdownDelaySeconds, drainSeconds, shutdownTimeoutSeconds } = times;
  const logger = new Logger('Shutdown');
  const shutDown = async (signal: string): Promise<void> => {
    logger.log(
      `${signal} received: not ready any more, finishing the requests in flight in ${shutdownDelaySeconds} s`,
    );
    app.get(Readiness).end();
    await delay(shutdownDelaySeconds * 1000);
    setTimeout(
      () => {
        logger.error(`requests still in flight after ${drainSeconds + shutdownTimeoutSeconds} s are cut`);
        process.exit(1);
      },
      (drainSeconds + shutdownTimeoutSeconds) * 1000,
    ).unref();
    await app.close();
  };
  const end = (signal: string): void => {
    shutDown(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
