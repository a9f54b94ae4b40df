import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { RepeatedTask } from '../../../platform/clock/repeated-task.js';
import { Alerts } from '../../alerts/alerts.js';
import { RequestLog } from '../../log/request-log.js';
import { DetectionConfig } from '../detection.config.js';
import { CLIENT_ERROR_JUMP, isBackgroundNoise, SERVER_ERROR_JUMP } from './answer-rules.js';
import { AnswerStore } from './answer-store.js';
import { errorJump } from './error-jump.js';
import { MINUTE_MILLISECONDS, type Minute } from './minute.js';

/** Answers are added up here, and compared once a second: one step for all instances, whatever the load. */
const INTERVAL_MILLISECONDS = 1000;

const JUMPS = [
  { rule: CLIENT_ERROR_JUMP, kind: 'refusals' },
  { rule: SERVER_ERROR_JUMP, kind: 'failures' },
] as const;

/** Notices when far more requests are refused, or fail, than in the minutes before. Of all callers together. */
@Injectable()
export class AnswerWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly task = new RepeatedTask(INTERVAL_MILLISECONDS, 'answers are compared later', () =>
    this.compare(),
  );
  private answers = 0;
  private refusals = 0;
  private failures = 0;
  private minute = 0;

  constructor(
    private readonly config: DetectionConfig,
    private readonly requests: RequestLog,
    @Inject(AnswerStore) private readonly store: AnswerStore,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.requests.subscribe((request, { status }) => {
      if (!isBackgroundNoise(request, status)) {
        this.count(status);
      }
    });
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }

  /** Adds up what was answered since the last time, and compares. Never rejects. */
  async compare(): Promise<void> {
    const { minute: number, answers, refusals, failures } = this;
    if (answers === 0) {
      return;
    }
    this.answers = this.refusals = this.failures = 0;
    const minutes = await this.store.add({ number, answers, refusals, failures });
    await Promise.all(JUMPS.map((jump) => this.judge(number, minutes, jump)));
  }

  /** Who is gone before an answer says nothing about us. */
  private count(status: number | null): void {
    const minute = Math.floor(this.clock.nowMilliseconds() / MINUTE_MILLISECONDS);
    if (minute !== this.minute) {
      void this.compare();
      this.minute = minute;
    }
    this.answers += 1;
    this.refusals += status !== null && status >= 400 && status < 500 ? 1 : 0;
    this.failures += status !== null && status >= 500 ? 1 : 0;
  }

  private async judge(
    number: number,
    minutes: readonly Minute[],
    { rule, kind }: (typeof JUMPS)[number],
  ): Promise<void> {
    const bounds = { kind, minErrors: this.config.thresholdOf(rule), minShare: rule.minShare };
    const count = errorJump(number, minutes, bounds);
    if (count > 0) {
      await this.alerts.raise(rule, { about: 'service', tenantId: null, count, eventIds: [] });
    }
  }
}
