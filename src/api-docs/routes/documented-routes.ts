import { Injectable } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { describeDto } from '../schemas/describe-dtos.js';
import { fieldsOf, hasRules, type FieldSchema } from '../schemas/schema-of-rules.js';
import { factsOf, type ControllerClass, type Handler, type RouteFacts } from './route-facts.js';

/** Where decorators of @nestjs/swagger leave what they were told; it does not export the names. */
const API_RESPONSES = 'swagger/apiResponse';
const API_EXTRA_MODELS = 'swagger/apiExtraModels';

/** One handler, as its document knows it. */
export interface DocumentedRoute extends RouteFacts {
  /** Request headers that a DTO of the handler checks. */
  readonly headerFields: readonly FieldSchema[];
}

/** Every handler of the application, with what its decorators say and what its DTOs demand. */
@Injectable()
export class DocumentedRoutes {
  constructor(private readonly modules: ModulesContainer) {}

  /** @returns the routes by the key of `keyOf` */
  explore(): ReadonlyMap<string, DocumentedRoute> {
    const routes = new Map<string, DocumentedRoute>();
    for (const controller of this.controllers()) {
      for (const [name, handler] of handlersOf(controller)) {
        const key = keyOf(controller.name, name);
        if (routes.has(key)) {
          // One would be described as the other, open where it is closed.
          throw new Error(`two controllers are called ${controller.name}`);
        }
        routes.set(key, describe(controller, name, handler));
      }
    }
    return routes;
  }

  private controllers(): ControllerClass[] {
    const wrappers = [...this.modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
    return wrappers.map(({ metatype }) => metatype as ControllerClass);
  }
}

export function keyOf(controller: string, method: string): string {
  return `${controller}.${method}`;
}

function handlersOf({ prototype }: ControllerClass): [string, Handler][] {
  return Object.getOwnPropertyNames(prototype)
    .map((name): [string, unknown] => [name, Object.getOwnPropertyDescriptor(prototype, name)?.value])
    .filter((entry): entry is [string, Handler] => {
      const [, value] = entry;
      return typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value);
    });
}

function describe(controller: ControllerClass, name: string, handler: Handler): DocumentedRoute {
  const facts = factsOf(controller, handler);
  const inputs = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) ??
    []) as unknown[];
  const dtos = inputs.filter(hasRules);
  [...dtos, ...outputsOf(handler).filter(hasRules)].forEach((dto) => describeDto(dto));
  const { readHeaders = [] } = facts.config;
  const headerFields = dtos.flatMap(fieldsOf).filter(({ field }) => readHeaders.includes(field));
  return { ...facts, headerFields };
}

/** The classes of the answers, as `@ApiOkResponse({ type })` and its kin name them, or `@ApiExtraModels()`. */
function outputsOf(handler: Handler): unknown[] {
  const read = (key: string): unknown => Reflect.getMetadata(key, handler);
  const responses = (read(API_RESPONSES) ?? {}) as Record<string, { type?: unknown }>;
  const models = (read(API_EXTRA_MODELS) ?? []) as unknown[];
  return [...Object.values(responses).map(({ type }) => type), ...models];
}
