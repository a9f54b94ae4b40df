import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { SAFE_METHODS } from '../../platform/http/safe-methods.js';
import { headersOf, mentionedHeaders } from '../responses/answer-header-catalogue.js';
import type { DocumentedRoute } from '../routes/documented-routes.js';
import { headerParameters } from './header-parameters.js';
import { mapOperations, type Components, type Document, type Operation, type Response } from '../open-api.js';
import { problemComponents, problemResponse } from '../responses/problem-schemas.js';
import { problemsOf } from '../responses/route-problems.js';
import { SharedResponses } from '../responses/shared-responses.js';
import { reachableSchemas } from './reachable-schemas.js';
import { securityOf } from './security-schemes.js';

export interface DocumentParts {
  /** Paths, DTOs and words of one version, as @nestjs/swagger has explored them. */
  readonly explored: Document;
  /** By the operation ids of `explored`. */
  readonly routes: ReadonlyMap<string, DocumentedRoute>;
  readonly securitySchemes: NonNullable<Components['securitySchemes']>;
  /** Whether the end of the route, or of its version, is announced. */
  readonly isEnding: (path: string, route: DocumentedRoute) => boolean;
}

/** Completes what was explored by what the decorators of each route enforce. */
export function writeDocument({ explored, routes, securitySchemes, isEnding }: DocumentParts): Document {
  const mentioned = new Set<ErrorCondition>();
  const shared = new SharedResponses();
  const paths = mapOperations(explored.paths, (path, method, operation) => {
    const route = routes.get(operation.operationId ?? '');
    if (!route) {
      throw new Error(`${method} ${path} has no handler`);
    }
    const isDeprecated = isEnding(path, route);
    const conditions = problemsOf(route, { isSafe: SAFE_METHODS.has(method), isDeprecated });
    conditions.forEach((condition) => mentioned.add(condition));
    const headers = headerParameters(method, route, 'session' in securitySchemes);
    return {
      ...operation,
      operationId: publicIdOf(operation.operationId ?? ''),
      description: describe(operation, route),
      ...(isDeprecated ? { deprecated: true } : {}),
      security: securityOf(route, securitySchemes),
      parameters: [...(operation.parameters ?? []), ...headers],
      responses: shared.share(responsesOf(operation, route, { conditions, isDeprecated })),
    };
  });
  const { schemas, examples = {} } = problemComponents([...mentioned]);
  return {
    ...explored,
    paths,
    components: {
      securitySchemes,
      headers: mentionedHeaders([paths, shared.all]),
      examples,
      responses: shared.all,
      schemas: { ...reachableSchemas(explored.components?.schemas ?? {}, paths), ...schemas },
    },
  };
}

/** `CustomersV2Controller.list` is `customers_list` to callers: classes are our own business. */
function publicIdOf(key: string): string {
  const [controller = '', method = ''] = key.split('.');
  const resource = controller.replace(/(V\d+)?Controller$/, '');
  return `${resource.charAt(0).toLowerCase()}${resource.slice(1)}_${method}`;
}

function describe({ description = '' }: Operation, route: DocumentedRoute): string {
  const { isPublic, isClosed, roles, cost, isThrottled, config } = route;
  return [
    description,
    ...(isPublic ? ['Public: no credential is needed.'] : []),
    ...(isClosed ? ['Closed: it is refused to everybody.'] : []),
    ...(roles.length > 0 ? [`Only for callers with the role ${roles.join(' or ')}.`] : []),
    ...(cost > 1 ? [`Counts as ${cost} requests.`] : []),
    ...(isThrottled ? ['Few at a time: others wait their turn, or are asked to come back (503).'] : []),
    ...(config.isCredentialEndpoint
      ? ['Few for each address: see “log-ins and new keys” among the limits.']
      : []),
  ].join(' ');
}

function responsesOf(
  { responses }: Operation,
  { isPublic, isIdempotent, setsHeaders }: DocumentedRoute,
  { conditions, isDeprecated }: { conditions: readonly ErrorCondition[]; isDeprecated: boolean },
): Record<string, Response> {
  const answers: Record<string, Response> = { ...(responses as Record<string, Response>) };
  for (const [status, ofStatus] of Map.groupBy(conditions, (condition) => condition.status)) {
    answers[status] = problemResponse(ofStatus);
  }
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const facts = { status: Number(status), isPublic, isDeprecated, isIdempotent, setsHeaders };
      return [status, { ...answer, headers: headersOf(facts) }];
    }),
  );
}
