import type { SecurityEvent, SecurityEventDetails } from '../../platform/events/security-event.js';
import { addressIn, callerIn } from './caller.js';
import type { EventRule, Sighting } from './detection-rule.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is an alarm by itself, however rarely it happens. */
const AT_ONCE = { windowSeconds: MINUTE, threshold: 1 };

/** Every rule about security events: from which count on, within which time, it is an attack. */
export const EVENT_RULES: readonly EventRule[] = [
  {
    id: 'failed-authentication-address',
    title: 'One address presents one bad credential after the other',
    severity: 'warning',
    windowSeconds: 5 * MINUTE,
    threshold: 20,
    cooldownSeconds: HOUR,
    sight: (event) => guess(event, ({ address }) => address && { about: address }),
  },
  {
    id: 'failed-authentication-account',
    title: 'Credentials of one account are being guessed',
    severity: 'warning',
    windowSeconds: 5 * MINUTE,
    threshold: 10,
    cooldownSeconds: HOUR,
    sight: (event) => guess(event, ({ account }) => account && { about: account }),
  },
  {
    id: 'credential-stuffing',
    title: 'One address tries the credentials of many accounts',
    severity: 'critical',
    windowSeconds: 10 * MINUTE,
    threshold: 10,
    cooldownSeconds: HOUR,
    sight: (event) =>
      guess(event, ({ address, account }) => address && account && { about: address, member: account }),
  },
  {
    id: 'token-reuse',
    title: 'A refresh token was used by somebody else, too',
    severity: 'critical',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => (event.name === 'authn_token_reuse' ? { about: callerOf(event) } : null),
  },
  {
    id: 'dead-key-use',
    title: 'An API key is used after its end, or from where it may not come',
    severity: 'critical',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => anomaly(event, 'dead_key_used'),
  },
  {
    id: 'new-network',
    title: 'A subject or an API key comes from a network that it never came from',
    severity: 'warning',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => keyElsewhere(event) ?? elsewhere(event, 'new_network'),
  },
  {
    id: 'new-country',
    title: 'A subject or an API key comes from a country that it never came from',
    severity: 'critical',
    ...AT_ONCE,
    cooldownSeconds: DAY,
    sight: (event) => elsewhere(event, 'new_country'),
  },
  {
    id: 'key-spike',
    title: 'An API key is used far more than ever before',
    severity: 'warning',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => anomaly(event, 'spike'),
  },
  {
    id: 'validation-scan',
    title: 'One caller sends one invalid input after the other',
    severity: 'warning',
    windowSeconds: 5 * MINUTE,
    threshold: 30,
    cooldownSeconds: HOUR,
    sight: (event) => (event.name === 'input_validation_fail' ? { about: callerOf(event) } : null),
  },
  {
    id: 'audit-chain-broken',
    title: 'The audit trail was altered',
    severity: 'critical',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => (event.name === 'audit_chain_broken' ? { about: 'service' } : null),
  },
  {
    id: 'audit-events-lost',
    title: 'Events did not get into the audit trail',
    severity: 'warning',
    ...AT_ONCE,
    cooldownSeconds: HOUR,
    sight: (event) => (event.name === 'audit_events_lost' ? { about: 'service' } : null),
  },
  {
    id: 'certificate-expiry',
    title: 'The server certificate ends soon and was not renewed',
    severity: 'warning',
    ...AT_ONCE,
    cooldownSeconds: DAY,
    sight: (event) => (event.name === 'sys_certificate_expiry' ? { about: 'service' } : null),
  },
];

interface Guess {
  readonly address: string | null;
  readonly account: string | null;
}

/** A credential that was never good. */
function guess(event: SecurityEvent, sight: (guessed: Guess) => Sighting | '' | null): Sighting | null {
  if (event.name !== 'authn_login_fail' || !event.details.isGuess) {
    return null;
  }
  const address = event.circumstances && addressIn(event.circumstances);
  const sighting = sight({ address, account: event.details.account });
  return sighting ? { ...sighting, isOperators: true } : null;
}

function anomaly(
  event: SecurityEvent,
  kind: SecurityEventDetails['api_key_anomaly']['kind'],
): Sighting | null {
  return event.name === 'api_key_anomaly' && event.details.kind === kind
    ? { about: `key:${event.details.keyId}` }
    : null;
}

/** Each network by itself: the second thief must not be quiet because the first one was told. */
function keyElsewhere(event: SecurityEvent): Sighting | null {
  const sighting = anomaly(event, 'new_network');
  return sighting && event.name === 'api_key_anomaly' ? { ...sighting, detail: event.details.detail } : null;
}

/** Each network and country by itself. */
function elsewhere(
  event: SecurityEvent,
  kind: SecurityEventDetails['origin_anomaly']['kind'],
): Sighting | null {
  return event.name === 'origin_anomaly' && event.details.kind === kind
    ? { about: `${event.details.of}:${event.details.id}`, detail: event.details.detail }
    : null;
}

function callerOf({ circumstances }: SecurityEvent): string {
  return circumstances ? callerIn(circumstances) : 'service';
}
