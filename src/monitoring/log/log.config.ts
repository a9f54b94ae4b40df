import { configSlice } from '../../platform/config/config-slice.js';
import { oneOf } from '../../platform/config/setting-types.js';

/** What the process writes about itself. */
export class LogConfig extends configSlice({
  title: 'Log',
  prefix: 'LOG_',
  settings: {
    level: {
      variable: 'LOG_LEVEL',
      schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
      description: 'Least severe level that is written. Security events are written at every level.',
    },
  },
}) {}
