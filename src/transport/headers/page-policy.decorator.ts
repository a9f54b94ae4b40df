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
  }
}

/** A host, a scheme with a host, a hash or 'self': one known place. Not a wildcard, a whole scheme, or inline code. */
const ONE_PLACE =
  /^('self'|'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'|(https:\/\/)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?)$/;

/**
 * Marks a handler that answers with HTML: its answers carry a policy for pages instead of the
 * one for JSON. What would undo the policy, such as 'unsafe-inline', is refused at start-up.
 */
export function PagePolicy(sources: PageSources = {}): MethodDecorator {
  const loose = Object.values(sources as Record<string, readonly string[]>)
    .flat()
    .filter((source) => !ONE_PLACE.test(source));
  if (loose.length > 0) {
    throw new Error(`A page policy allows only single places, not ${loose.join(' ')}`);
  }
  return extendRouteConfig({ pageSources: sources });
}
