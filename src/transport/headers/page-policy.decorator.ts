import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

/** From where a page may load what; a kind that is not named comes from this server or not at all. */
export interface PageSources {
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  readonly images?: readonly string[];
  readonly connections?: readonly string[];
  readonly formTargets?: readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    pageSources?: PageSources;
    /** Whatever CSP_MODE says. */
    isPageEnforced?: true;
  }
}

/** A host, a scheme with a host, a hash or 'self': one known place. Not a wildcard, a whole scheme, or inline code. */
const ONE_PLACE =
  /^('self'|'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'|(https:\/\/)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?)$/;

/** What a style sheet carries in itself. An image runs no code (CSP Level 3 §6.7.2), unlike whatever else a data: URL can be. */
const WITHIN_THE_STYLES = 'data:';

/**
 * Marks a handler that answers with HTML: its answers carry a policy for pages instead of the
 * one for JSON. What would undo the policy, such as 'unsafe-inline', is refused at start-up.
 *
 * @param isEnforced for a page that is known to keep to its policy: then nobody has to try it out first
 */
export function PagePolicy(sources: PageSources = {}, { isEnforced = false } = {}): MethodDecorator {
  const loose = Object.entries(sources as Record<string, readonly string[]>).flatMap(([kind, places]) =>
    places.filter((place) => !ONE_PLACE.test(place) && !(kind === 'images' && place === WITHIN_THE_STYLES)),
  );
  if (loose.length > 0) {
    throw new Error(`A page policy allows only single places, not ${loose.join(' ')}`);
  }
  return extendRouteConfig({ pageSources: sources, ...(isEnforced ? { isPageEnforced: true } : {}) });
}
