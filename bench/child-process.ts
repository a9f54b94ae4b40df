import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface ChildOptions {
  readonly script: string;
  readonly environment?: Record<string, string | undefined>;
  readonly nodeOptions?: readonly string[];
}

/** A Node process that answers one question at a time, and ends with this one. */
export class BenchChild {
  private readonly child: ChildProcess;

  constructor({ script, environment = {}, nodeOptions = [] }: ChildOptions) {
    this.child = fork(script, {
      env: { PATH: process.env['PATH'], ...environment },
      execArgv: [...nodeOptions],
      // Log lines are written, and go nowhere: the cost of a disk is none of the application's.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ask<Answer>(question: object | string): Promise<Answer> {
    const answered = once(this.child, 'message', { signal: AbortSignal.timeout(600_000) });
    this.child.send(question);
    const [answer] = (await answered) as [Answer];
    return answer;
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
  }
}
