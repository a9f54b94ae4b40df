import { METHODS, type Document, type Operation, type Parameter } from '../../../src/api-docs/open-api.js';
import { named, type InputSchema } from './fitting-values.js';

/** One operation of a document, and what goes into it. */
export interface FuzzedOperation {
  readonly document: Document;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Absent where it takes no body. */
  readonly body: InputSchema | undefined;
}

/** The operations of all versions; those without a version are in every document, and count once. */
export function operationsOfAll(documents: readonly Document[]): FuzzedOperation[] {
  const byName = documents.flatMap(operationsOf).map((one) => [`${one.method} ${one.path}`, one] as const);
  return [...new Map(byName).values()];
}

function operationsOf(document: Document): FuzzedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [describe(document, path, method, operation)] : [];
    }),
  );
}

function describe(document: Document, path: string, method: string, operation: Operation): FuzzedOperation {
  const parameters = (operation.parameters ?? []).map((one) =>
    '$ref' in one ? (document.components?.parameters?.[one.$ref.split('/').at(-1) ?? ''] as Parameter) : one,
  );
  const content = (
    operation.requestBody as { content?: Record<string, { schema?: InputSchema }> } | undefined
  )?.content;
  const schema = content?.['application/json']?.schema;
  const body = schema?.$ref === undefined ? schema : named(schema.$ref, document);
  return { document, method: method.toUpperCase(), path, parameters, body };
}
