import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { RepeatedTask } from '../../platform/clock/repeated-task.js';
import { Readiness } from '../../platform/health/readiness.js';
import { PushChannel } from '../../platform/push/push-channel.js';
import { CONTAINMENT_TOPIC } from './containment.js';
import { ContainmentList } from './containment-list.js';
import { ContainmentsRepository } from './containments.repository.js';

const INTERVAL_MILLISECONDS = 1000;

/**
 * The containments in force, in the memory of this instance, so that an attack costs no query. A change is
 * pushed; whatever the push loses is seen by looking once a second. While the database is away the last known
 * list stays in force. Before the first one is known nobody can be told apart, and so nobody is let in.
 */
@Injectable()
export class Containments implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Containments.name);
  private readonly task = new RepeatedTask(INTERVAL_MILLISECONDS, 'containments stay as they are', () =>
    this.refreshQuietly(),
  );
  private known: ContainmentList | undefined;
  private version: string | undefined;
  private underWay: Promise<void> | undefined;
  private isWanted = false;
  /** Why the last reading failed; undefined when it did not. */
  private failure: Error | undefined;

  constructor(
    private readonly repository: ContainmentsRepository,
    private readonly readiness: Readiness,
    @Inject(PushChannel) private readonly channel: PushChannel,
  ) {}

  async onModuleInit(): Promise<void> {
    this.readiness.add('containments', async () => this.known ?? (await this.refresh()));
    await this.channel.subscribe(CONTAINMENT_TOPIC, () => void this.refreshQuietly());
    await this.refreshQuietly();
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }

  /** @throws AppError (unavailable) as long as this instance has never read them */
  get list(): ContainmentList {
    if (!this.known) {
      throw this.failure ?? new AppError(platformErrors.unavailable);
    }
    return this.known;
  }

  /** One reading at a time. What changes meanwhile may have been missed by it: then there is another one. */
  private refresh(): Promise<void> {
    this.isWanted = true;
    this.underWay ??= this.readWhileWanted().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  private async readWhileWanted(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      // The version first: what is added between the two is read now, and once more for nothing.
      const version = await this.repository.version();
      if (version !== this.version) {
        this.known = new ContainmentList(await this.repository.inForce());
        this.version = version;
      }
    }
  }

  /** One line when the list becomes old and one when it is not any more, however often it is tried. */
  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
      if (this.failure) {
        this.logger.log('the containments are known again');
      }
      this.failure = undefined;
    } catch (error) {
      if (!this.failure) {
        this.logger.warn(`the last known containments stay in force: ${(error as Error).message}`);
      }
      this.failure = error as Error;
    }
  }
}
