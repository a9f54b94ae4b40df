import type { Contract } from './contract.js';
import { METHODS, type Operation, type Parameter } from '../../../src/api-docs/open-api.js';
import { breakingSchemaChanges, type Schemas } from './schema-changes.js';

/**
 * What would break a client that was written for the older contract: something it calls, sends or counts
 * on is gone, narrower, or new and required. What is new and optional breaks nobody.
 */
export function breakingChanges(before: Contract, after: Contract): string[] {
  const schemas = { before: schemasOf(before), after: schemasOf(after) };
  return Object.entries(before.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const old = item[method];
      const current = after.paths[path]?.[method];
      if (!old) {
        return [];
      }
      const place = `${method.toUpperCase()} ${path}`;
      return current ? ofOperation(place, { old, current }, schemas) : [`${place} is gone`];
    }),
  );
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
  return Object.entries(before).flatMap(([type, media]) =>
    now[type]
      ? breakingSchemaChanges(`${place} body`, media.schema, now[type].schema, { ...schemas, isSent: true })
      : [`${place} refuses ${type}`],
  );
}

/** Only of successes: a failure may always be another one, and clients are told to branch on its code. */
function ofResponses(place: string, { old, current }: Pair<Operation>, schemas: Schemas): string[] {
  const successes = Object.entries(old.responses).filter(([status]) => Number(status) < 400);
  return successes.flatMap(([status, response]) => {
    const now = current.responses[status];
    if (!now) {
      return [`${place} no longer answers ${status}`];
    }
    const gone = Object.keys(headersOf(response)).filter((name) => !(name in headersOf(now)));
    const [before, after] = [contentOf(response), contentOf(now)];
    return [
      ...gone.map((name) => `${place} ${status} lost the header ${name}`),
      ...Object.entries(before).flatMap(([type, media]) =>
        after[type]
          ? breakingSchemaChanges(`${place} ${status}`, media.schema, after[type].schema, {
              ...schemas,
              isSent: false,
            })
          : [`${place} ${status} is no longer ${type}`],
      ),
    ];
  });
}

function parametersOf({ parameters = [] }: Operation): Map<string, Parameter> {
  const own = parameters as Parameter[];
  return new Map(own.map((parameter) => [`${parameter.in} parameter ${parameter.name}`, parameter]));
}

function contentOf(part: unknown): Record<string, { schema?: object }> {
  return (part as { content?: Record<string, { schema?: object }> } | undefined)?.content ?? {};
}

function headersOf(response: unknown): object {
  return (response as { headers?: object }).headers ?? {};
}

function schemasOf({ components }: Contract): Readonly<Record<string, object>> {
  return components?.schemas ?? {};
}
