import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { AppError } from '../platform/errors/app-error.js';
import '../platform/http/routes/preflight-route.js';
import { ApiVersions, type ApiVersion } from './api-versions.js';
import { findGuide } from './changelog/guides/guides.js';
import { datesOf, type DeprecatedRoute } from './deprecated.decorator.js';
import { deprecationHeaders, type DeprecationLinks } from './deprecation-headers.js';
import { dayOf, faultOf, type Deprecation } from './deprecation.js';
import { gone } from './versioning.errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its own end or that of its version, whichever comes first. */
    routeDeprecation?: RouteDeprecation;
  }
}

/** The end of one route. */
export interface RouteDeprecation extends Deprecation {
  readonly guide: string;
  /** The path of what to call instead, as a template or from the path that is called; undefined: nothing. */
  readonly successorOf: (request: FastifyRequest) => string | undefined;
}

/** Where the guides are served. */
export const GUIDES_PATH = '/changelog/guides';

/** Tells callers of what is deprecated, on every answer, and refuses what has ended. */
@Injectable()
export class DeprecatedRoutes {
  /** Every route that there is, as method and path without the names of parameters. */
  private readonly places = new Set<string>();

  constructor(private readonly versions: ApiVersions) {}

  /** Before anything can refuse the request, so that refusals carry the headers, too. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => this.declare(route));
    fastify.addHook('onRequest', (request, reply, done) => {
      this.announce(request, reply);
      done();
    });
  }

  /** @returns the deprecation of the called route, once it is announced */
  deprecationOf({ routeOptions }: FastifyRequest): RouteDeprecation | undefined {
    const deprecation = routeOptions.config?.routeDeprecation;
    return this.versions.phaseOf(deprecation) === 'current' ? undefined : deprecation;
  }

  /** The refusal (410) of what has ended: also for paths of a version whose code is gone. */
  refusalOf(request: FastifyRequest): AppError | undefined {
    const { config } = request.routeOptions;
    if (config?.answersPreflights) {
      return undefined; // Refused, a page of another origin would learn nothing at all.
    }
    const ofVersion = request.is404 ? this.versions.ofPath(request.url) : undefined;
    const deprecation = config?.routeDeprecation ?? (ofVersion && this.endOf(ofVersion));
    return deprecation && this.versions.phaseOf(deprecation) === 'sunset'
      ? gone({ ...linksOf(deprecation, request), sunset: deprecation.sunsetAt })
      : undefined;
  }

  private announce(request: FastifyRequest, reply: FastifyReply): void {
    const deprecation = this.deprecationOf(request);
    if (deprecation) {
      reply.headers(deprecationHeaders(deprecation, linksOf(deprecation, request)));
    }
  }

  private declare(route: RouteOptions): void {
    const { method, url, config = {} } = route;
    for (const one of [method].flat()) {
      this.places.add(placeOf(one, url));
    }
    const version = this.versions.ofPath(url);
    if (version === undefined && /^\/v\d/.test(url)) {
      throw new Error(`${url} belongs to no version that src/versioning/api-versions.ts declares`);
    }
    const ends = [
      config.deprecated && ownEnd(url, config.deprecated, version),
      version && this.endOf(version),
    ].filter((end) => end !== undefined);
    const [first] = ends.toSorted((one, other) => one.sunsetAt.getTime() - other.sunsetAt.getTime());
    if (first) {
      assertGuide(first.guide, url);
      route.config = { ...config, routeDeprecation: first };
    }
  }

  private endOf({ name, deprecation }: ApiVersion): RouteDeprecation | undefined {
    return (
      deprecation && {
        ...deprecation,
        successorOf: (request) => this.sameIn(deprecation.successor, name, request),
      }
    );
  }

  /** The called path in another version, if that has such a route. */
  private sameIn(
    successor: string,
    name: string,
    { method, url, routeOptions }: FastifyRequest,
  ): string | undefined {
    const template = routeOptions.url?.replace(`/v${name}/`, `/v${successor}/`);
    if (template === undefined || !this.places.has(placeOf(method, template))) {
      return undefined;
    }
    // As a URL writes it: the raw path may hold what would end the <…> of a link.
    const { pathname } = new URL(url, 'http://api');
    return pathname.replace(`/v${name}/`, `/v${successor}/`);
  }
}

/** A link that leads nowhere would be found by those who are in a hurry already. */
function assertGuide(name: string, url: string): void {
  if (!findGuide(name)) {
    throw new Error(
      `${url} points to the guide ${name}, which src/versioning/changelog/guides does not have`,
    );
  }
}

function linksOf({ guide, successorOf }: RouteDeprecation, request: FastifyRequest): DeprecationLinks {
  const successor = successorOf(request);
  return { guide: `${GUIDES_PATH}/${guide}`, ...(successor === undefined ? {} : { successor }) };
}

/** For the router `/a/:id` and `/a/:name` are one path. */
function placeOf(method: string, url: string): string {
  return `${method} ${url.replaceAll(/:\w+/g, ':')}`;
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
  return { ...deprecation, guide, successorOf: (request) => filledIn(successor, request) };
}

function filledIn(template: string | undefined, { params }: FastifyRequest): string | undefined {
  const values = params as Record<string, string | undefined>;
  return template?.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
}
