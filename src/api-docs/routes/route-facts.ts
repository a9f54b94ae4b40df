import type { FastifyContextConfig } from 'fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ALLOWS_READ_ONLY } from '../../auth/access/allow-read-only.decorator.js';
import { IS_FOR_EVERY_CALLER } from '../../auth/access/require-authentication.decorator.js';
import { REQUIRED_ROLES } from '../../auth/access/require-roles.decorator.js';
import { REQUIRED_SCOPES } from '../../auth/access/require-scopes.decorator.js';
import '../../auth/access/session-alone.decorator.js';
import { IS_IDEMPOTENT } from '../../database/idempotency/idempotent.decorator.js';
import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { RAISED_CONDITIONS } from '../../platform/errors/raises.decorator.js';
import { IS_PUBLIC } from '../../platform/http/routes/public.decorator.js';
import '../../platform/http/routes/reads-headers.js';
import { SET_HEADERS, type OwnHeader } from '../../platform/http/routes/sets-headers.decorator.js';
import { COST } from '../../rate-limit/limits/cost.decorator.js';
import { IS_THROTTLED } from '../../rate-limit/throttling/throttled.decorator.js';
import '../../versioning/deprecated.decorator.js';

export type Handler = (...parameters: never[]) => unknown;
export type ControllerClass = abstract new (...parameters: never[]) => object;

/** What the decorators of a route enforce, read from where the guards and interceptors read it. */
export interface RouteFacts {
  readonly isPublic: boolean;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** It states nothing about its callers, and is refused to all of them. */
  readonly isClosed: boolean;
  readonly allowsReadOnly: boolean;
  readonly isIdempotent: boolean;
  readonly isThrottled: boolean;
  readonly cost: number;
  /** Conditions that the handler ends in by itself. */
  readonly raises: readonly ErrorCondition[];
  readonly setsHeaders: readonly OwnHeader[];
  /** What is said to Fastify: headers that are read, a tier of the limits, an end of its own. */
  readonly config: Partial<FastifyContextConfig>;
}

export function factsOf(controller: ControllerClass, handler: Handler): RouteFacts {
  const read = <Value>(key: string | symbol, absent: Value): Value =>
    (Reflect.getMetadata(key, handler) as Value | undefined) ??
    (Reflect.getMetadata(key, controller) as Value | undefined) ??
    absent;
  const [isPublic, isForEveryCaller] = [read(IS_PUBLIC, false), read(IS_FOR_EVERY_CALLER, false)];
  const scopes = read<readonly string[]>(REQUIRED_SCOPES, []);
  const roles = read<readonly string[]>(REQUIRED_ROLES, []);
  return {
    isPublic,
    scopes,
    roles,
    isClosed: !isPublic && !isForEveryCaller && scopes.length + roles.length === 0,
    allowsReadOnly: read(ALLOWS_READ_ONLY, false),
    isIdempotent: read(IS_IDEMPOTENT, false),
    isThrottled: read(IS_THROTTLED, false),
    cost: read(COST, 1),
    raises: read<readonly ErrorCondition[]>(RAISED_CONDITIONS, []),
    setsHeaders: read<readonly OwnHeader[]>(SET_HEADERS, []),
    config: read<Partial<FastifyContextConfig>>(FASTIFY_ROUTE_CONFIG_METADATA, {}),
  };
}
