import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SessionsRepository } from './sessions.repository.js';

const INTERVAL_MILLISECONDS = 15 * 60_000;

/** Removes sessions whose time is over: they hold tokens, and nobody comes for them any more. */
@Injectable()
export class SessionPurge implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(SessionPurge.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: SessionsRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.purge(), INTERVAL_MILLISECONDS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async purge(): Promise<void> {
    try {
      await this.sessions.purgeExpired();
    } catch (error) {
      this.logger.warn(`expired sessions stay for now: ${(error as Error).message}`);
    }
  }
}
