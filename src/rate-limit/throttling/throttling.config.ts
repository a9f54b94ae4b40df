import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

/** How much of what is expensive one instance does at once. */
export class ThrottlingConfig extends configSlice({
  title: 'Throttling of expensive operations',
  prefix: 'THROTTLE_',
  settings: {
    maxConcurrent: {
      variable: 'THROTTLE_MAX_CONCURRENT',
      schema: wholeNumber({ min: 1, max: 1000 }).default(4),
      description: 'Expensive operations, such as exports, that one instance does at once.',
    },
    maxQueued: {
      variable: 'THROTTLE_MAX_QUEUED',
      schema: wholeNumber({ min: 0, max: 10_000 }).default(32),
      description: 'Further ones that may wait for a place, one caller with at most half of them.',
    },
    maxWaitSeconds: {
      variable: 'THROTTLE_MAX_WAIT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(10),
      description: 'Time that one waits at most; after it, and when the queue is full, the answer is 503.',
    },
  },
}) {}
