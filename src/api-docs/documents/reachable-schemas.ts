import { METHODS, type Components, type Document } from '../open-api.js';

type Schemas = NonNullable<Components['schemas']>;

const REFERENCE = /"#\/components\/schemas\/(?<name>[^"]+)"/g;

/**
 * The schemas that the paths of one version need, and no other version's. Those of requests are
 * closed, because an unknown field is refused; those of answers are open, so that a version can grow.
 */
export function reachableSchemas(schemas: Schemas, paths: Document['paths']): Schemas {
  const operations = Object.values(paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
  const ofRequests = closure(
    schemas,
    operations.map(({ requestBody }) => requestBody),
  );
  const all = closure(schemas, operations);
  return Object.fromEntries(
    [...all].toSorted().map((name) => {
      const schema = schemas[name] ?? {};
      return [name, ofRequests.has(name) ? { ...schema, additionalProperties: false } : schema];
    }),
  );
}

function closure(schemas: Schemas, from: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: unknown[] = [from];
  while (waiting.length > 0) {
    for (const { groups } of (JSON.stringify(waiting.pop()) ?? '').matchAll(REFERENCE)) {
      const name = groups?.['name'] ?? '';
      if (name in schemas && !found.has(name)) {
        found.add(name);
        waiting.push(schemas[name]);
      }
    }
  }
  return found;
}
