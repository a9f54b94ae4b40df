import { reviewDependencies } from '../reviews/dependency-review.js';
import { runReview } from '../reviews/run-review.js';

await runReview([], () => reviewDependencies());
