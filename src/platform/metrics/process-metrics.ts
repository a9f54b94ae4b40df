import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * Memory, processor, files, garbage and the delay of the event loop. There is one of each in a process, however
 * many applications it holds; and who observes them cannot be stopped, so that there must be only one as well.
 */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
