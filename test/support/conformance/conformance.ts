import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiDocuments } from '../../../src/api-docs/documents/api-documents.js';
import type { Response } from '../../../src/api-docs/open-api.js';
import { ApiVersions, type ApiVersion } from '../../../src/versioning/api-versions.js';
import { faultsOf, resolve, type Judge } from './answer-faults.js';
import { createJudge } from './create-judge.js';

/** Kinds of text whose characters a reader would guess otherwise; JSON is UTF-8 by itself (RFC 8259 §8.1). */
const IS_TEXT = /^(text\/|application\/([\w.-]+\+)?xml)/i;

/** What an answer looks like depends on no setting, so that one document serves all applications of a test file. */
const judges = new Map<string, Judge | undefined>();

/**
 * Holds every answer of an application against its document: a status, a header, a media type or a field
 * that is not documented is a fault, and so is one that breaks its schema.
 */
export class Conformance {
  /** Every route that there is, such as `GET /v1/customers/:id`. */
  readonly routes: string[] = [];
  private readonly faults = new Set<string>();
  private readonly ownJudges = new Map<string, Judge | undefined>();

  constructor(private readonly app: NestFastifyApplication) {}

  /** Before the application listens. */
  watch(): this {
    const fastify = this.app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', ({ method, url }) => {
      this.routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      this.judge(request, reply, payload);
      done(null, payload);
    });
    return this;
  }

  /** @throws Error that names every fault since the start */
  assertNone(): void {
    if (this.faults.size > 0) {
      throw new Error(`answers that the documentation does not know:\n${[...this.faults].join('\n')}`);
    }
  }

  private judge(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const path = request.routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}') ?? '';
    const { method } = request;
    // The answer to HEAD is the one to GET; what would be sent as its body is there, too.
    const documented = method === 'HEAD' ? 'get' : (method.toLowerCase() as 'get');
    const answer = { status: reply.statusCode, headers: { ...reply.getHeaders() }, payload };
    const type = String(answer.headers['content-type'] ?? '');
    if (IS_TEXT.test(type) && !/;\s*charset=utf-8/i.test(type)) {
      this.faults.add(`${method} ${path} ${answer.status}: a text without its charset`);
    }
    const judge = this.judgeOf(path);
    const operation = judge?.document.paths[path]?.[documented];
    // Routes that a test adds have no words.
    if (judge && operation?.summary !== undefined) {
      const reference = operation.responses[String(answer.status)] as Response | undefined;
      const faults = reference ? faultsOf(answer, resolve(judge, reference), judge) : ['the status'];
      faults.forEach((fault) => this.faults.add(`${method} ${path} ${answer.status}: ${fault}`));
    }
  }

  private judgeOf(path: string): Judge | undefined {
    const versions = this.app.get(ApiVersions);
    const version = versions.ofPath(path) ?? versions.current;
    const phase = versions.phaseOf(version.deprecation);
    // What has ended has no document any more; its last one knows how it ends.
    const key = `${version.name} ${phase === 'current' ? phase : 'deprecated'}`;
    const shared = this.remembered(judges, key, version);
    // Of routes that a test has added, and of those that other applications of the file do not have.
    return shared?.document.paths[path] ? shared : this.remembered(this.ownJudges, key, version);
  }

  private remembered(
    known: Map<string, Judge | undefined>,
    key: string,
    version: ApiVersion,
  ): Judge | undefined {
    if (!known.get(key)) {
      known.set(key, this.makeJudge(version));
    }
    return known.get(key);
  }

  private makeJudge({ name }: ApiVersion): Judge | undefined {
    const document = this.app.get(ApiDocuments).find(name)?.document;
    return document && createJudge(document);
  }
}
