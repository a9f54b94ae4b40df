import { withClient } from '../../database/connection/with-client.js';
import { AuditorConfig } from '../audit/commands/auditor.config.js';
import { ReadsReviewConfig } from '../reviews/reads-review.config.js';
import { reviewReads } from '../reviews/reads-review.js';
import { runReview } from '../reviews/run-review.js';

await runReview([AuditorConfig, ReadsReviewConfig], ({ url }, limits) =>
  withClient(url, (client) => reviewReads(client, limits)),
);
