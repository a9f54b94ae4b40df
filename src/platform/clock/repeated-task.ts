import { Logger } from '@nestjs/common';

/** Work that is done again and again while the application runs, and never keeps it from ending. */
export class RepeatedTask {
  private readonly logger = new Logger(RepeatedTask.name);
  private timer: NodeJS.Timeout | undefined;

  /** @param failure what a failure means; it is logged, and the next time is another try */
  constructor(
    private readonly intervalMilliseconds: number,
    private readonly failure: string,
    private readonly work: () => Promise<unknown>,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.intervalMilliseconds).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async run(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.logger.warn(`${this.failure}: ${(error as Error).message}`);
    }
  }
}
