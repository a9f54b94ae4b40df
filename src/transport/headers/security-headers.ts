import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../../platform/config/loopback-host.js';
import type { HeaderSet } from '../../platform/http/answer-headers.js';
import { jsonHeaders, pageHeaders, withHsts, type HeaderOptions } from './header-sets.js';
import { HeadersConfig } from './headers.config.js';
import type { PageSources } from './page-policy.decorator.js';

interface Variants {
  readonly plain: HeaderSet;
  readonly withHsts: HeaderSet;
}

/**
 * Gives every answer its headers. They are worked out once, for JSON at start-up and for each
 * page at its first answer: a request only picks one of the sets.
 */
@Injectable()
export class SecurityHeaders {
  private readonly options: HeaderOptions;
  private readonly json: Variants;
  private readonly pages = new WeakMap<PageSources, Variants>();

  constructor(config: HeadersConfig) {
    this.options = { isPreloaded: config.hstsPreload === 'on', isEnforced: config.cspMode === 'enforce' };
    this.json = this.variantsOf(jsonHeaders());
  }

  register(fastify: FastifyInstance): void {
    fastify.answerHeaders.use((request) => this.headersFor(request));
  }

  private headersFor(request: FastifyRequest | null): HeaderSet {
    if (request === null) {
      return this.json.plain;
    }
    const { pageSources: sources, isPageEnforced = false } = request.routeOptions.config ?? {};
    const variants = sources ? this.pageVariants(sources, isPageEnforced) : this.json;
    return request.protocol === 'https' && !isLoopbackHost(request.hostname)
      ? variants.withHsts
      : variants.plain;
  }

  private pageVariants(sources: PageSources, isPageEnforced: boolean): Variants {
    const isEnforced = isPageEnforced || this.options.isEnforced;
    const known =
      this.pages.get(sources) ?? this.variantsOf(pageHeaders(sources, { ...this.options, isEnforced }));
    this.pages.set(sources, known);
    return known;
  }

  private variantsOf(plain: HeaderSet): Variants {
    return { plain, withHsts: withHsts(plain, this.options) };
  }
}
