import type { Ajv2020 as Ajv, ValidateFunction } from 'ajv/dist/2020.js';
import type { Document, Response } from '../../../src/api-docs/open-api.js';
import { jsonHeaders, withHsts } from '../../../src/transport/headers/header-sets.js';

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
export interface Judge {
  readonly document: Document;
  readonly ajv: Ajv;
  readonly validators: Map<string, ValidateFunction>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
}

/** In which ways an answer is not what is documented. */
export function faultsOf({ headers, payload }: Answer, response: Response, judge: Judge): string[] {
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

/** A response, also one that is shared. */
export function resolve({ document }: Judge, response: Response & { readonly $ref?: string }): Response {
  const name = response.$ref?.split('/').at(-1);
  return name === undefined ? response : (document.components?.responses?.[name] as Response);
}
