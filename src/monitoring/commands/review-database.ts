import { withClient } from '../../database/connection/with-client.js';
import { reviewDatabase } from '../reviews/database-review.js';
import { ReviewConfig } from '../reviews/review.config.js';
import { runReview } from '../reviews/run-review.js';

await runReview([ReviewConfig], ({ url }) => withClient(url, (client) => reviewDatabase(client)));
