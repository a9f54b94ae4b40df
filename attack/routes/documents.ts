import type { Answer } from '../engine/answer.ts';
import type { Attacker } from '../engine/attacker.ts';

/** As much of a JSON Schema as the documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface Document {
  readonly openapi?: string;
  readonly info?: { readonly title?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** One operation that the target says it has. */
export interface ApiRoute {
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  /** The status of its redirect, if that is all it does. */
  readonly redirectStatus: number | undefined;
  /** Names of the security schemes that it takes. */
  readonly schemes: readonly string[];
  readonly scopes: readonly string[];
  /** A role that its description demands, which OpenAPI has no place for. */
  readonly role: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);
const MAX_VERSIONS = 9;

/** Where a document may lie: the places of this project, and one that many use. */
const PLACES = [
  ...Array.from({ length: MAX_VERSIONS }, (_, index) => `/openapi/v${index + 1}.json`),
  '/openapi.json',
];

/** The documents that the target serves, with a credential where it asks for one. */
export async function readDocuments(attacker: Attacker, token: string): Promise<Document[]> {
  const answers = await Promise.all(
    PLACES.map(async (path) => {
      const open = await attacker.send({ path });
      return [401, 403, 303].includes(open.status) ? attacker.send({ path, token }) : open;
    }),
  );
  return answers.filter(isDocument).map((answer) => answer.json() as Document);
}

function isDocument(answer: Answer): boolean {
  return answer.isSuccess && typeof answer.json()['paths'] === 'object';
}

/** Every operation of every document, each once. */
export function routesOf(documents: readonly Document[]): ApiRoute[] {
  const routes = new Map<string, ApiRoute>();
  for (const document of documents) {
    for (const [path, operations] of Object.entries(document.paths ?? {})) {
      for (const [method, operation] of Object.entries(operations).filter(([name]) => METHODS.has(name))) {
        routes.set(`${method} ${path}`, routeOf(document, path, method, operation));
      }
    }
  }
  return [...routes.values()];
}

function routeOf(document: Document, path: string, method: string, operation: Operation): ApiRoute {
  const { security = [], parameters = [], requestBody, description = '' } = operation;
  const successes = Object.keys(operation.responses ?? {}).filter((status) => status < '400');
  const body = requestBody?.content?.['application/json']?.schema;
  return {
    method: method.toUpperCase(),
    path,
    isPublic: security.length === 0,
    redirectStatus: successes.every((status) => status.startsWith('3')) ? Number(successes[0]) : undefined,
    schemes: security.flatMap((scheme) => Object.keys(scheme)),
    scopes: Object.values(security[0] ?? {})[0] ?? [],
    role: /with the role (?<role>\w+)/.exec(description)?.groups?.['role'],
    parameters,
    body: body && resolved(body, document),
  };
}

/** The schema with its references followed; none of these documents refers to itself. */
function resolved(schema: Schema, document: Document): Schema {
  if (schema.$ref !== undefined) {
    const named = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    return named ? resolved(named, document) : {};
  }
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    resolved(property, document),
  ]);
  return {
    ...schema,
    ...(schema.properties ? { properties: Object.fromEntries(properties) as Record<string, Schema> } : {}),
    ...(schema.items ? { items: resolved(schema.items, document) } : {}),
  };
}
