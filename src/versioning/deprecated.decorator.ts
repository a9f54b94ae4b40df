import { calendarDate } from '../platform/config/setting-types.js';
import { extendRouteConfig } from '../platform/http/routes/route-config.js';
import type { GuideName } from './changelog/guides/guides.js';
import type { Deprecation } from './deprecation.js';

/** The announced end of one route, while its version lives on. */
export interface DeprecatedRoute {
  /** Day of the announcement (UTC), such as 2027-01-15. */
  readonly announcedOn: string;
  /** Day of the end, at least twelve months later and not after that of the route's version. */
  readonly sunsetOn: string;
  /** What to call instead, with the same parameters, such as `/v2/customers/:id`. */
  readonly successor?: string;
  readonly guide: GuideName;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    deprecated?: DeprecatedRoute;
  }
}

/** @throws when one of the days is none */
export function datesOf({ announcedOn, sunsetOn }: DeprecatedRoute): Deprecation {
  return { announcedAt: calendarDate().parse(announcedOn), sunsetAt: calendarDate().parse(sunsetOn) };
}

/** Announces the end of a route: headers from then on, 410 after it. Dates that contradict each other stop the start. */
export const Deprecated = (deprecated: DeprecatedRoute): MethodDecorator => extendRouteConfig({ deprecated });
