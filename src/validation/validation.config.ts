import { configSlice } from '../platform/config/config-slice.js';
import { wholeNumber } from '../platform/config/setting-types.js';

/** The bounds that hold for every JSON body, before any schema looks at it. */
export class ValidationConfig extends configSlice({
  title: 'Validation',
  prefix: 'VALIDATION_',
  settings: {
    maxDepth: {
      variable: 'VALIDATION_MAX_DEPTH',
      schema: wholeNumber({ min: 1, max: 50 }).default(8),
      description: 'How deep objects and arrays of a JSON body may nest.',
    },
    maxArrayLength: {
      variable: 'VALIDATION_MAX_ARRAY_LENGTH',
      schema: wholeNumber({ min: 1, max: 10_000 }).default(100),
      description: 'Elements that one array of a JSON body may have.',
    },
    maxMembers: {
      variable: 'VALIDATION_MAX_MEMBERS',
      schema: wholeNumber({ min: 1, max: 10_000 }).default(100),
      description: 'Members that one object of a JSON body may have.',
    },
  },
}) {}
