import { environmentWith } from './environment.ts';
import { startNodeChild } from './node-child.ts';
import type { Part } from './parts.ts';

type Notify = (line: string) => void;

/**
 * The API together with a compiler that watches its sources: each time they compile, the API
 * is drained and started again. An API that dies waits for the next change.
 */
export function startWatchedApi(startApi: () => Part, onNotice: Notify): Part {
  const api = new RestartableApi(startApi, onNotice);
  let isFirst = true;
  const compiler = startNodeChild({
    name: 'The compiler',
    script: 'node_modules/typescript/bin/tsc',
    arguments: ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
    environment: environmentWith({}),
    log: {
      onLine: (line) => {
        onNotice(line);
        // The first time it only confirms what was just built and is running already.
        if (line.includes('Found 0 errors') && !isFirst) {
          api.restart();
        }
        isFirst &&= !/Found \d+ error/.test(line);
      },
    },
  });
  return {
    name: compiler.name,
    ended: compiler.ended,
    stop: async () => {
      await Promise.all([compiler.stop(), api.stop()]);
    },
    kill: () => {
      compiler.kill();
      api.kill();
    },
  };
}

class RestartableApi {
  readonly #start: () => Part;
  readonly #onNotice: Notify;
  #current: Part;
  /** Restarts wait for each other, so that there is never more than one API on the port. */
  #work = Promise.resolve();
  #isStopping = false;

  constructor(start: () => Part, onNotice: Notify) {
    this.#start = start;
    this.#onNotice = onNotice;
    this.#current = this.#begin();
  }

  restart(): void {
    this.#work = this.#work.then(async () => {
      await this.#stopCurrent();
      if (!this.#isStopping) {
        this.#current = this.#begin();
      }
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#work;
    await this.#stopCurrent();
  }

  kill(): void {
    this.#current.kill();
  }

  #begin(): Part {
    const api = this.#start();
    let isAsked = false;
    void api.ended.then(() => isAsked || this.#onNotice('The API has ended: waiting for a change.'));
    return {
      ...api,
      stop: () => {
        isAsked = true;
        return api.stop();
      },
    };
  }

  async #stopCurrent(): Promise<void> {
    await this.#current.stop();
  }
}
