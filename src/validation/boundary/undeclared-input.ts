import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { unknownField, type FieldFault } from './validation-failure.js';

type Handler = (...parameters: never[]) => unknown;
type Controller = abstract new (...parameters: never[]) => unknown;

/** What a handler declares to read, worked out once per handler. */
const declaredParts = new WeakMap<Handler, ReadonlySet<number>>();

/**
 * The fields of query and body that the handler never declared. Without this check a route
 * without `@Query()` would ignore every query, and a misspelt one would pass in silence.
 */
export function undeclaredInput(
  controller: Controller,
  handler: Handler,
  request: FastifyRequest,
): FieldFault[] {
  const declared = partsDeclaredBy(controller, handler);
  const faults: FieldFault[] = [];
  if (!declared.has(RouteParamtypes.QUERY)) {
    faults.push(...Object.keys(request.query as object).map((name) => unknownField('query', name)));
  }
  if (!declared.has(RouteParamtypes.BODY) && request.body !== undefined && request.body !== null) {
    faults.push(unknownField('body', 'body'));
  }
  return faults;
}

function partsDeclaredBy(controller: Controller, handler: Handler): ReadonlySet<number> {
  const known = declaredParts.get(handler);
  if (known) {
    return known;
  }
  const metadata: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name);
  const parameters = typeof metadata === 'object' && metadata !== null ? metadata : {};
  const parts = new Set(Object.keys(parameters).map((key) => Number(key.split(':')[0])));
  declaredParts.set(handler, parts);
  return parts;
}
