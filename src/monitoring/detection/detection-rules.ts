import { CLIENT_ERROR_JUMP, OBJECT_PROBING, SERVER_ERROR_JUMP } from './answers/answer-rules.js';
import type { DetectionRule } from './detection-rule.js';
import { EVENT_RULES } from './event-rules.js';

/** Every rule that raises alerts. */
export const DETECTION_RULES: readonly DetectionRule[] = [
  ...EVENT_RULES,
  OBJECT_PROBING,
  CLIENT_ERROR_JUMP,
  SERVER_ERROR_JUMP,
];
