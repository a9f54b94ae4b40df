import type { AlertSeverity } from '../alerts/alert.js';
import type { SecurityEvent } from '../../platform/events/security-event.js';

/** What one event or answer means to one rule. */
export interface Sighting {
  /** Who or what is counted: never a value that a stranger typed. */
  readonly about: string;
  /** What makes it different from the sightings before; absent where every one counts. */
  readonly member?: string;
  /** What makes it an alarm of its own, whatever was told of the same a while ago; absent where once is enough. */
  readonly detail?: string;
  /** It is about strangers, whatever tenant a credential may name that they have tried. */
  readonly isOperators?: boolean;
}

/** When so much of one kind is an attack. */
export interface DetectionRule {
  /** Also the name of its runbook. */
  readonly id: string;
  readonly title: string;
  readonly severity: AlertSeverity;
  readonly windowSeconds: number;
  readonly threshold: number;
  /** For so long the same is not told again. */
  readonly cooldownSeconds: number;
}

/** A rule that looks at security events. */
export interface EventRule extends DetectionRule {
  /** Null for an event that says nothing to this rule. Pure, and quick: a flood runs it for every request. */
  readonly sight: (event: SecurityEvent) => Sighting | null;
}
