import { SystemClock } from '../../platform/clock/system-clock.js';
import { reviewDependencies } from '../reviews/dependencies/dependency-review.js';
import { runReview } from '../reviews/run-review.js';

await runReview([], () => {
  const today = new Date(new SystemClock().nowMilliseconds()).toISOString().slice(0, 10);
  return reviewDependencies(today);
});
