import { configSlice } from '../../platform/config/config-slice.js';
import { text, wholeNumber } from '../../platform/config/setting-types.js';

/** Where metrics are read: apart from the API, which strangers reach. */
export class MetricsConfig extends configSlice({
  title: 'Metrics',
  prefix: 'MANAGEMENT_',
  settings: {
    host: {
      variable: 'MANAGEMENT_HOST',
      schema: text({ maxLength: 255 }).default('127.0.0.1'),
      description:
        'Address on which `GET /metrics` is served, without a credential: one that only the monitoring reaches. Absent: loopback only.',
    },
    port: {
      variable: 'MANAGEMENT_PORT',
      schema: wholeNumber({ min: 0, max: 65535 }).optional(),
      description:
        'TCP port of `GET /metrics`; 0 lets the system choose a free one. Absent: metrics are not served.',
    },
  },
}) {}
