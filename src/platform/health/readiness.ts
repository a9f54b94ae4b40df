import { Injectable, Logger } from '@nestjs/common';

/** Resolves when a dependency can do its work; rejects when it cannot. */
export type ReadinessCheck = () => Promise<unknown>;

const CHECK_TIMEOUT_MILLISECONDS = 2000;

/** Who must be reachable for this instance to take traffic. Each module adds its own check. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger(Readiness.name);
  private readonly checks = new Map<string, ReadinessCheck>();
  private underWay: Promise<string[]> | undefined;
  private isEnding = false;

  /** From now on the instance is not ready, whoever answers: who asks sends nobody here any more. */
  end(): void {
    this.isEnding = true;
  }

  add(dependency: string, check: ReadinessCheck): void {
    this.checks.set(dependency, check);
  }

  /**
   * The names of the dependencies that do not answer in time; empty means ready. Strangers may
   * ask, and nobody counts them: all who ask at once get the outcome of one check.
   */
  async failing(): Promise<string[]> {
    if (this.isEnding) {
      return ['this instance, which ends'];
    }
    this.underWay ??= this.check().finally(() => (this.underWay = undefined));
    return await this.underWay;
  }

  private async check(): Promise<string[]> {
    const outcomes = await Promise.all(
      [...this.checks].map(async ([dependency, check]) =>
        (await this.holds(dependency, check)) ? [] : [dependency],
      ),
    );
    return outcomes.flat();
  }

  private async holds(dependency: string, check: ReadinessCheck): Promise<boolean> {
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MILLISECONDS);
    try {
      await Promise.race([check(), timeout]);
      return true;
    } catch (error) {
      this.logger.warn(`${dependency} is not ready: ${(error as Error).message}`);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
