import type { PageSources } from './page-policy.decorator.js';

/** The directives of a page, as helmet takes them. */
export function pageDirectives(sources: PageSources): Record<string, readonly string[]> {
  return {
    'default-src': ["'none'"],
    'script-src': own(sources.scripts),
    'style-src': own(sources.styles),
    'img-src': own(sources.images),
    'font-src': own(),
    'connect-src': own(sources.connections),
    'form-action': own(sources.formTargets),
    // An injected <base> would turn every relative URL of the page elsewhere.
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
}

function own(places: readonly string[] = []): readonly string[] {
  return ["'self'", ...places];
}
