import type { Contract } from './contract.js';
import { METHODS, type Operation, type Parameter } from '../../../src/api-docs/open-api.js';
import { breakingSchemaChanges, type Schemas } from './schema-changes.js';

/**
 * What would break a client that was written for the older contract: something it calls, sends or counts
 * on is gone, narrower, or new and required. What is new and optional breaks nobody.
 */
export function breakingChanges(before: Contract, after: Contract): string[] {
  const schemas = { before: schemasOf(before), after: schemasOf(after) };
  const now = new Map(Object.entries(after.paths).map(([path, item]) => [nameless(path), item]));
  const ofPaths = Object.entries(before.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const old = item[method];
      const current = now.get(nameless(path))?.[method];
      if (!old) {
        return [];
      }
      const place = `${method.toUpperCase()} ${path}`;
      return current ? ofOperation(place, { old, current }, schemas) : [`${place} is gone`];
    }),
  );
  return [...ofPaths, ...ofCredentials(before, after)];
}

/** What a parameter of a path is called is nobody's business but the document's. */
function nameless(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}');
}

/** A credential that is to be sent in another place. */
function ofCredentials(before: Contract, after: Contract): string[] {
  const now = after.components?.securitySchemes ?? {};
  return Object.entries(before.components?.securitySchemes ?? {})
    .filter(([name, scheme]) => name in now && JSON.stringify(now[name]) !== JSON.stringify(scheme))
    .map(([name]) => `${name} is sent otherwise`);
}

interface Pair<Value> {
  readonly old: Value;
  readonly current: Value;
}

function ofOperation(place: string, { old, current }: Pair<Operation>, schemas: Schemas): string[] {
  return [
    ...ofSecurity(place, { old, current }),
    ...ofParameters(place, { old: parametersOf(old), current: parametersOf(current) }, schemas),
    ...ofBody(place, { old, current }, schemas),
    ...ofResponses(place, { old, current }, schemas),
  ];
}

/** More scopes, or a credential where none was needed; a scheme that is gone. */
function ofSecurity(place: string, { old, current }: Pair<Operation>): string[] {
  const now = Object.assign({}, ...(current.security ?? [])) as Record<string, readonly string[]>;
  if ((old.security ?? []).length === 0) {
    return Object.keys(now).length === 0 ? [] : [`${place} needs a credential`];
  }
  const before = Object.assign({}, ...(old.security ?? [])) as Record<string, readonly string[]>;
  return Object.entries(before).flatMap(([scheme, scopes]) => {
    const demanded = now[scheme];
    if (demanded === undefined) {
      return Object.keys(now).length === 0 ? [] : [`${place} no longer takes ${scheme}`];
    }
    return demanded
      .filter((scope) => !scopes.includes(scope))
      .map((scope) => `${place} needs the scope ${scope}`);
  });
}

function ofParameters(
  place: string,
  { old, current }: Pair<Map<string, Parameter>>,
  schemas: Schemas,
): string[] {
  const gone = [...old.keys()].filter((key) => !current.has(key)).map((key) => `${place} refuses the ${key}`);
  const changed = [...current].flatMap(([key, parameter]) => {
    const known = old.get(key);
    if (!known) {
      return parameter.required ? [`${place} demands the ${key}`] : [];
    }
    return [
      ...(parameter.required && !known.required ? [`${place} demands the ${key}`] : []),
      ...breakingSchemaChanges(`${place} ${key}`, known.schema, parameter.schema, {
        ...schemas,
        isSent: true,
      }),
    ];
  });
  return [...gone, ...changed];
}

function ofBody(place: string, { old, current }: Pair<Operation>, schemas: Schemas): string[] {
  const [before, now] = [contentOf(old.requestBody), contentOf(current.requestBody)];
  if (Object.keys(before).length === 0 && Object.keys(now).length > 0) {
    return [`${place} demands a body`];
  }
  const isDemanded = isRequired(current.requestBody) && !isRequired(old.requestBody);
  const demanded = isDemanded ? [`${place} demands a body`] : [];
  const changed = Object.entries(before).flatMap(([type, media]) =>
    now[type]
      ? breakingSchemaChanges(`${place} body`, media.schema, now[type].schema, { ...schemas, isSent: true })
      : [`${place} refuses ${type}`],
  );
  return [...demanded, ...changed];
}

/** Of successes everything; of failures the codes, on which clients branch. */
function ofResponses(place: string, { old, current }: Pair<Operation>, schemas: Schemas): string[] {
  const known = Object.entries(old.responses);
  const successes = known.filter(([status]) => Number(status) < 400);
  const further = Object.keys(current.responses).filter(
    (status) => Number(status) < 400 && !(status in old.responses),
  );
  return [
    ...further.map((status) => `${place} can now answer ${status}`),
    ...successes.flatMap(([status, response]) => {
      const now = current.responses[status];
      return now
        ? ofSuccess(`${place} ${status}`, { old: response, current: now }, schemas)
        : [`${place} no longer answers ${status}`];
    }),
    ...known.flatMap(([status, response]) => {
      const codes = codesOf(current.responses[status]);
      return codesOf(response)
        .filter((code) => !codes.includes(code))
        .map((code) => `${place} ${status} no longer says ${code}`);
    }),
  ];
}

function ofSuccess(place: string, { old, current }: Pair<unknown>, schemas: Schemas): string[] {
  const [headers, headersNow] = [headersOf(old), headersOf(current)];
  const [before, after] = [contentOf(old), contentOf(current)];
  const hasNewBody = Object.keys(before).length === 0 && Object.keys(after).length > 0;
  return [
    ...(hasNewBody ? [`${place} has a body now`] : []),
    ...Object.entries(headers).flatMap(([name, header]) => {
      const now = headersNow[name];
      return now
        ? breakingSchemaChanges(`${place} ${name}`, header.schema, now.schema, { ...schemas, isSent: false })
        : [`${place} lost the header ${name}`];
    }),
    ...Object.entries(before).flatMap(([type, media]) =>
      after[type]
        ? breakingSchemaChanges(place, media.schema, after[type].schema, { ...schemas, isSent: false })
        : [`${place} is no longer ${type}`],
    ),
  ];
}

/** The codes of a problem response: the only list of values that its schema adds. */
function codesOf(response: unknown): string[] {
  const schema: ProblemSchema = contentOf(response)['application/problem+json']?.schema ?? {};
  const [, own] = schema.allOf ?? [];
  return [...(own?.properties?.code?.enum ?? [])];
}

interface ProblemSchema {
  readonly allOf?: readonly {
    readonly properties?: { readonly code?: { readonly enum?: readonly string[] } };
  }[];
}

function isRequired(body: unknown): boolean {
  return (body as { required?: boolean } | undefined)?.required === true;
}

/** By name, and those of a path by their place in it. */
function parametersOf({ parameters = [] }: Operation): Map<string, Parameter> {
  const own = parameters as Parameter[];
  const ofPath = own.filter((parameter) => parameter.in === 'path');
  return new Map(
    own.map((parameter) => {
      const name = parameter.in === 'path' ? String(ofPath.indexOf(parameter) + 1) : parameter.name;
      return [`${parameter.in} parameter ${name}`, parameter];
    }),
  );
}

function contentOf(part: unknown): Record<string, { schema?: object }> {
  return (part as { content?: Record<string, { schema?: object }> } | undefined)?.content ?? {};
}

function headersOf(response: unknown): Record<string, { schema?: object }> {
  return (response as { headers?: Record<string, { schema?: object }> }).headers ?? {};
}

function schemasOf({ components }: Contract): Readonly<Record<string, object>> {
  return components?.schemas ?? {};
}
