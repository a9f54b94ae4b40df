import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { AppError } from '../platform/errors/app-error.js';
import { isPreflight } from '../platform/http/routes/preflight-route.js';
import { routePlace } from '../platform/http/routes/route-place.js';
import { ApiVersions, type ApiVersion, type VersionDeprecation } from './api-versions.js';
import type { GuideName } from './changelog/guides/guides.js';
import { datesOf, type DeprecatedRoute } from './deprecated.decorator.js';
import { deprecationHeaders } from './deprecation-headers.js';
import { dayOf, faultOf, type Deprecation, type Phase } from './deprecation.js';
import { successorPath } from './successor-path.js';
import { gone } from './versioning.errors.js';

/** The end of one route: its own, or that of its version. */
export interface RouteDeprecation extends Deprecation {
  readonly guide: GuideName;
  /** The template of what to call instead, if there is something: known once all routes are. */
  readonly successor: () => string | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In the order in which they come. */
    routeDeprecations?: readonly RouteDeprecation[];
  }
}

/** Where the guides are served. */
export const GUIDES_PATH = '/changelog/guides';

/** Tells callers of what is deprecated, on every answer, and knows what has ended. */
@Injectable()
export class DeprecatedRoutes {
  /** Every route that there is, as method and path without the names of parameters. */
  private readonly places = new Set<string>();
  private readonly ownSuccessors: { readonly of: string; readonly successor: string }[] = [];

  constructor(private readonly versions: ApiVersions) {}

  /** Before anything can refuse the request, so that refusals carry the headers, too. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => this.declare(route));
    fastify.addHook('onReady', (done) => done(this.strayedSuccessor()));
    fastify.addHook('onRequest', (request, reply, done) => {
      this.announce(request, reply);
      done();
    });
  }

  /** @returns the first announced end of the called route; undefined when none is announced */
  deprecationOf({ routeOptions }: FastifyRequest): RouteDeprecation | undefined {
    return this.firstOf(routeOptions.config?.routeDeprecations, (phase) => phase !== 'current');
  }

  /** The refusal (410) of what has ended: also for paths of a version whose code is gone. */
  refusalOf(request: FastifyRequest): AppError | undefined {
    if (isPreflight(request)) {
      return undefined; // Refused, a page of another origin would learn nothing at all.
    }
    const ended = this.firstOf(this.endsOf(request), (phase) => phase === 'sunset');
    return ended && gone(headersOf(ended, request), wayOn(ended, request));
  }

  private announce(request: FastifyRequest, reply: FastifyReply): void {
    const deprecation = this.deprecationOf(request);
    if (deprecation) {
      reply.headers(headersOf(deprecation, request));
    }
  }

  private endsOf(request: FastifyRequest): readonly RouteDeprecation[] | undefined {
    const { deprecation } = (request.is404 && this.versions.ofPath(decoded(request.url))) || {};
    return deprecation
      ? [{ ...deprecation, successor: () => undefined }]
      : request.routeOptions.config?.routeDeprecations;
  }

  private firstOf(
    deprecations: readonly RouteDeprecation[] | undefined,
    isWanted: (phase: Phase) => boolean,
  ): RouteDeprecation | undefined {
    return deprecations?.find((deprecation) => isWanted(this.versions.phaseOf(deprecation)));
  }

  private declare(route: RouteOptions): void {
    const { method, url, config = {} } = route;
    const methods = [method].flat();
    for (const one of methods) {
      this.places.add(`${one} ${routePlace(url)}`);
    }
    const version = this.versions.ofPath(url);
    if (version === undefined && /^\/v\d/.test(url)) {
      throw new Error(`${url} belongs to no version that src/versioning/api-versions.ts declares`);
    }
    const own = config.deprecated && ownEnd(url, config.deprecated, version);
    const successor = config.deprecated?.successor;
    if (successor !== undefined) {
      this.ownSuccessors.push(...methods.map((one) => ({ of: url, successor: `${one} ${successor}` })));
    }
    // Its own end is never after that of its version.
    const ends = [
      own,
      version?.deprecation && this.endOfVersion(url, methods[0] ?? '', version.name, version.deprecation),
    ];
    const routeDeprecations = ends.filter((end) => end !== undefined);
    if (routeDeprecations.length > 0) {
      route.config = { ...config, routeDeprecations };
    }
  }

  /** Its successor is the same path in the version that follows, if that has such a route. */
  private endOfVersion(
    url: string,
    method: string,
    name: string,
    deprecation: VersionDeprecation,
  ): RouteDeprecation {
    const successor = url.replace(`/v${name}/`, `/v${deprecation.successor}/`);
    return {
      ...deprecation,
      successor: () => (this.places.has(`${method} ${routePlace(successor)}`) ? successor : undefined),
    };
  }

  /** A successor that somebody has written and that leads nowhere. */
  private strayedSuccessor(): Error | undefined {
    const strayed = this.ownSuccessors.find(({ of, successor }) => {
      const names = [...successor.matchAll(/:\w+/g)].map(([name]) => name);
      return !this.places.has(routePlace(successor)) || names.some((name) => !of.includes(name));
    });
    return (
      strayed &&
      new Error(`@Deprecated of ${strayed.of}: there is no ${strayed.successor} with its parameters`)
    );
  }
}

/** What a caller reads: the guide, and the path of what to call instead. */
function wayOn({ guide, successor, sunsetAt }: RouteDeprecation, { params }: FastifyRequest) {
  const template = successor();
  const path = template && successorPath(template, params as Record<string, string>);
  return {
    guide: `${GUIDES_PATH}/${guide}`,
    ...(path === undefined ? {} : { successor: path }),
    sunset: sunsetAt,
  };
}

function headersOf(deprecation: RouteDeprecation, request: FastifyRequest): Record<string, string> {
  return deprecationHeaders(deprecation, wayOn(deprecation, request));
}

function ownEnd(url: string, deprecated: DeprecatedRoute, version: ApiVersion | undefined): RouteDeprecation {
  const { successor, guide } = deprecated;
  const deprecation = datesOf(deprecated);
  const fault = faultOf(deprecation);
  if (fault !== null) {
    throw new Error(`@Deprecated of ${url}: sunsetOn ${fault}`);
  }
  const ofVersion = version?.deprecation;
  if (ofVersion && deprecation.sunsetAt > ofVersion.sunsetAt) {
    throw new Error(
      `@Deprecated of ${url}: sunsetOn is after the end of its version, ${dayOf(ofVersion.sunsetAt)}`,
    );
  }
  return { ...deprecation, guide, successor: () => successor };
}

/** As the router reads a path: `/%76%31/x` is `/v1/x`. */
function decoded(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
