import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RepeatedTask } from '../../platform/clock/repeated-task.js';
import { DeprecatedUsageRepository } from './deprecated-usage.repository.js';

const INTERVAL_MILLISECONDS = 15 * 60_000;

/** Removes what is older than the retention: who did what long ago is nobody's business any more. */
@Injectable()
export class DeprecatedUsagePurge implements OnModuleInit, OnApplicationShutdown {
  private readonly task: RepeatedTask;

  constructor(usage: DeprecatedUsageRepository) {
    this.task = new RepeatedTask(INTERVAL_MILLISECONDS, 'expired usage stays for now', () =>
      usage.purgeExpired(),
    );
  }

  onModuleInit(): void {
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }
}
