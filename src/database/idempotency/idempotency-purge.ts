import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RepeatedTask } from '../../platform/clock/repeated-task.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const INTERVAL_MILLISECONDS = 15 * 60_000;

/** Removes answers whose time is over: they hold personal data, also of customers that are gone. */
@Injectable()
export class IdempotencyPurge implements OnModuleInit, OnApplicationShutdown {
  private readonly task: RepeatedTask;

  constructor(keys: IdempotencyRepository) {
    this.task = new RepeatedTask(INTERVAL_MILLISECONDS, 'expired idempotency keys stay for now', () =>
      keys.purgeExpired(),
    );
  }

  onModuleInit(): void {
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }
}
