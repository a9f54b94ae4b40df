import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { circumstancesOf } from '../../../platform/http/request/circumstances.js';
import { callerIn } from '../caller.js';
import type { DetectionRule, Sighting } from '../detection-rule.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Somebody tries one object after the other, to find those that a check was forgotten for (OWASP API1:2023). */
export const OBJECT_PROBING: DetectionRule = {
  id: 'object-probing',
  title: 'One caller asks for many objects that are not there, or not theirs',
  severity: 'warning',
  windowSeconds: 10 * MINUTE,
  threshold: 20,
  cooldownSeconds: HOUR,
};

const JUMP = { windowSeconds: MINUTE, cooldownSeconds: HOUR / 2 } as const;

/** So many refusals in a minute, and more than half of all answers: a broken release, or somebody with a list. */
export const CLIENT_ERROR_JUMP: DetectionRule & { readonly minShare: number } = {
  ...JUMP,
  id: 'client-error-jump',
  title: 'Far more requests are refused than before',
  severity: 'warning',
  threshold: 60,
  minShare: 0.5,
};

export const SERVER_ERROR_JUMP: DetectionRule & { readonly minShare: number } = {
  ...JUMP,
  id: 'server-error-jump',
  title: 'Far more requests fail than before',
  severity: 'critical',
  threshold: 15,
  minShare: 0.05,
};

/** An object that was refused to the caller; by a digest, because an id may be anything that somebody typed. */
export function probed(request: FastifyRequest, status: number | null): Sighting | null {
  if ((status !== 403 && status !== 404) || !request.routeOptions.url?.includes(':')) {
    return null;
  }
  const object = JSON.stringify([request.routeOptions.url, request.params]);
  const member = createHash('sha256').update(object).digest('base64url').slice(0, 16);
  return { about: callerIn(circumstancesOf(request)), member };
}

/**
 * What every address on the internet gets, and who was told to slow down already: neither a refusal nor among the
 * answers that refusals are compared with, or a scan would hide what happens beside it.
 */
export function isBackgroundNoise(request: FastifyRequest, status: number | null): boolean {
  return status === 429 || (status === 404 && request.is404);
}
