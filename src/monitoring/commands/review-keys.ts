import { withClient } from '../../database/connection/with-client.js';
import { KeyReviewConfig } from '../reviews/key-review.config.js';
import { reviewKeys } from '../reviews/key-review.js';
import { ReviewConfig } from '../reviews/review.config.js';
import { runReview } from '../reviews/run-review.js';

await runReview([ReviewConfig, KeyReviewConfig], ({ url }, limits) =>
  withClient(url, (client) => reviewKeys(client, limits)),
);
