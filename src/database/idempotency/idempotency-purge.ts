import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency.repository.js';

const INTERVAL_MILLISECONDS = 15 * 60_000;

/** Removes answers whose time is over: they hold personal data, also of customers that are gone. */
@Injectable()
export class IdempotencyPurge implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(IdempotencyPurge.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly keys: IdempotencyRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.purge(), INTERVAL_MILLISECONDS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async purge(): Promise<void> {
    try {
      await this.keys.purgeExpired();
    } catch (error) {
      this.logger.warn(`expired idempotency keys stay for now: ${(error as Error).message}`);
    }
  }
}
