import { withClient } from '../../database/connection/with-client.js';
import { AccessReviewConfig } from '../reviews/access-review.config.js';
import { reviewAccess } from '../reviews/access-review.js';
import { ReviewConfig } from '../reviews/review.config.js';
import { runReview } from '../reviews/run-review.js';

await runReview([ReviewConfig, AccessReviewConfig], ({ url }, limits) =>
  withClient(url, (client) => reviewAccess(client, limits)),
);
