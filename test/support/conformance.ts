import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Ajv2020 as Ajv, ValidateFunction } from 'ajv/dist/2020.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiDocuments } from '../../src/api-docs/documents/api-documents.js';
import type { Document, Response } from '../../src/api-docs/open-api.js';
import { jsonHeaders, withHsts } from '../../src/transport/headers/header-sets.js';
import { ApiVersions } from '../../src/versioning/api-versions.js';

const require = createRequire(import.meta.url);
const { Ajv2020 } = require('ajv/dist/2020.js') as { Ajv2020: typeof Ajv };
const addFormats = require('ajv-formats') as (ajv: Ajv) => void;

/** Of HTTP, of CORS and of the transport practice, whose own tests hold them: on every answer, or on none. */
const COMMON_HEADERS = new Set([
  ...Object.keys(withHsts(jsonHeaders(), { isPreloaded: false, isEnforced: true })),
  'content-type',
  'content-length',
  'connection',
  'keep-alive',
  'date',
  'transfer-encoding',
  'vary',
  'access-control-expose-headers',
  'access-control-allow-credentials',
]);

/** A document, ready to judge answers by it. */
interface Judge {
  readonly document: Document;
  readonly ajv: Ajv;
  readonly validators: Map<string, ValidateFunction>;
}

/** The contract depends on no setting, so that one document serves all applications of a test file. */
const judges = new Map<string, Promise<Judge | undefined>>();

/**
 * Holds every answer of an application against its document: a status, a header, a media type or a field
 * that is not documented is a fault, and so is one that breaks its schema.
 */
export class Conformance {
  /** Every route that there is, such as `GET /v1/customers/:id`. */
  readonly routes: string[] = [];
  private readonly faults = new Set<string>();
  private readonly pending: Promise<void>[] = [];
  private readonly ownJudges = new Map<string, Promise<Judge | undefined>>();

  constructor(private readonly app: NestFastifyApplication) {}

  /** Before the application listens. */
  watch(): this {
    const fastify = this.app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', ({ method, url }) => {
      this.routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      this.pending.push(this.judge(request, reply, payload));
      done(null, payload);
    });
    return this;
  }

  /** @throws Error that names every fault since the start */
  async assertNone(): Promise<void> {
    await Promise.all(this.pending);
    if (this.faults.size > 0) {
      throw new Error(`answers that the documentation does not know:\n${[...this.faults].join('\n')}`);
    }
  }

  private async judge(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const path = request.routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}') ?? '';
    const { method } = request;
    const answer = { status: reply.statusCode, headers: { ...reply.getHeaders() }, payload };
    const judge = await this.judgeOf(path);
    const operation = judge?.document.paths[path]?.[method.toLowerCase() as 'get'];
    // Routes that a test adds have no words.
    if (judge && operation?.summary !== undefined) {
      const reference = operation.responses[String(answer.status)] as
        (Response & { $ref?: string }) | undefined;
      const faults = reference ? faultsOf(answer, resolve(judge, reference), judge) : ['the status'];
      faults.forEach((fault) => this.faults.add(`${method} ${path} ${answer.status}: ${fault}`));
    }
  }

  private async judgeOf(path: string): Promise<Judge | undefined> {
    const versions = this.app.get(ApiVersions);
    const version = versions.ofPath(path) ?? versions.all.at(-1);
    const key = `${version?.name} ${versions.phaseOf(version?.deprecation)}`;
    const shared = judges.get(key) ?? this.makeJudge(version?.name ?? '');
    judges.set(key, shared);
    if ((await shared)?.document.paths[path] !== undefined) {
      return shared;
    }
    // A route that a test has added.
    const own = this.ownJudges.get(key) ?? this.makeJudge(version?.name ?? '');
    this.ownJudges.set(key, own);
    return own;
  }

  private async makeJudge(version: string): Promise<Judge | undefined> {
    const document = await this.app.get(ApiDocuments).find(version);
    if (!document) {
      return undefined;
    }
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addFormat('idn-email', /^.+@[^@\s]+$/u);
    ajv.addSchema(closed(document), 'document');
    return { document, ajv, validators: new Map() };
  }
}

/** An answer may have new fields, of which clients are told; a test wants to know of each. */
function closed(document: Document): object {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
    name,
    'properties' in schema ? { ...schema, additionalProperties: false } : schema,
  ]);
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
}

function faultsOf({ headers, payload }: Answer, response: Response, judge: Judge): string[] {
  const documented = new Map(
    Object.keys(response.headers ?? {}).map((name) => [name.toLowerCase(), name] as const),
  );
  const ofHeaders = Object.entries(headers).flatMap(([name, value]) => {
    const known = documented.get(name);
    if (known === undefined) {
      return COMMON_HEADERS.has(name) ? [] : [`the header ${name}`];
    }
    const schema = `document#/components/headers/${known}/schema`;
    const values = [value].flat().map(String);
    return values.flatMap((one) =>
      check(judge, schema, /^\d+$/.test(one) && !isText(judge, known) ? Number(one) : one, known),
    );
  });
  return [...ofHeaders, ...bodyFaults(headers['content-type'], payload, response, judge)];
}

function bodyFaults(type: unknown, payload: unknown, response: Response, judge: Judge): string[] {
  const isEmpty = payload === undefined || payload === null || payload === '';
  if (isEmpty) {
    return response.content ? ['an empty body'] : [];
  }
  const mediaType = String(type);
  const known = Object.keys(response.content ?? {}).find(
    (one) => one.replaceAll(' ', '') === mediaType.replaceAll(' ', '') || one === mediaType.split(';')[0],
  );
  const schema = response.content?.[known ?? '']?.schema;
  if (!schema) {
    return [`the media type ${mediaType}`];
  }
  return mediaType.includes('json') && typeof payload === 'string'
    ? check(judge, schema, JSON.parse(payload), 'the body')
    : [];
}

function check(judge: Judge, schema: string | object, value: unknown, what: string): string[] {
  const key = typeof schema === 'string' ? schema : JSON.stringify(schema);
  const validate =
    judge.validators.get(key) ??
    judge.ajv.compile(typeof schema === 'string' ? { $ref: schema } : rooted(schema));
  judge.validators.set(key, validate);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
      );
}

/** References of a schema that stands alone lead into the document. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
}

function isText(judge: Judge, header: string): boolean {
  const known = judge.document.components?.headers?.[header] as { schema?: { type?: string } } | undefined;
  return known?.schema?.type === 'string';
}

function resolve({ document }: Judge, response: Response & { $ref?: string }): Response {
  const name = response.$ref?.split('/').at(-1);
  return name === undefined ? response : (document.components?.responses?.[name] as Response);
}
