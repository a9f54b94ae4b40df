import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RepeatedTask } from '../../platform/clock/repeated-task.js';
import { SessionsRepository } from './sessions.repository.js';

const INTERVAL_MILLISECONDS = 15 * 60_000;

/** Removes sessions whose time is over: they hold tokens, and nobody comes for them any more. */
@Injectable()
export class SessionPurge implements OnModuleInit, OnApplicationShutdown {
  private readonly task: RepeatedTask;

  constructor(sessions: SessionsRepository) {
    this.task = new RepeatedTask(INTERVAL_MILLISECONDS, 'expired sessions stay for now', () =>
      sessions.purgeExpired(),
    );
  }

  onModuleInit(): void {
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }
}
