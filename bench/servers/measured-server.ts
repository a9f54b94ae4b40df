import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchChild } from '../child-process.js';
import type { Usage } from './probe.js';

const PROBE = new URL('./probe.js', import.meta.url).href;
const START_WITHIN_MILLISECONDS = 60_000;
const ASK_EVERY_MILLISECONDS = 10;

export interface ServerOptions {
  readonly script: string;
  readonly port: number;
  readonly environment: Record<string, string | undefined>;
  readonly nodeOptions?: readonly string[];
}

/** A server in a process of its own, which says what it has used. */
export class MeasuredServer {
  readonly url: string;
  private readonly child: BenchChild;

  private constructor({ script, port, environment, nodeOptions = [] }: ServerOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = new BenchChild({
      script,
      environment: { ...environment, PORT: String(port) },
      nodeOptions: ['--import', PROBE, ...nodeOptions],
    });
  }

  /** @param isUp asks the server something, and says whether the answer was a success */
  static async start(
    options: ServerOptions,
    isUp: (url: string) => Promise<boolean>,
  ): Promise<{ server: MeasuredServer; startMilliseconds: number }> {
    const begin = performance.now();
    const server = new MeasuredServer(options);
    while (!(await isUp(server.url).catch(() => false))) {
      if (server.child.hasEnded || performance.now() - begin > START_WITHIN_MILLISECONDS) {
        await server.stop();
        throw new Error(`${options.script} did not start`);
      }
      await delay(ASK_EVERY_MILLISECONDS);
    }
    return { server, startMilliseconds: performance.now() - begin };
  }

  usage(): Promise<Usage> {
    return this.child.ask('usage');
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}
