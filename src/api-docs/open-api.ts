import type { OpenAPIObject } from '@nestjs/swagger';

/** A document as it is served. */
export type Document = OpenAPIObject;

export type Operation = NonNullable<Document['paths'][string]['get']>;
export type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;
export type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;
export type Header = NonNullable<Response['headers']>[string];
export type Components = NonNullable<Document['components']>;
export type SecurityScheme = NonNullable<Components['securitySchemes']>[string];

/** What a path item may hold beside descriptions. */
export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function reference(kind: keyof Components, name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}

/** The same paths with other operations. @param change gets the method in upper case */
export function mapOperations(
  paths: Document['paths'],
  change: (path: string, method: string, operation: Operation) => Operation,
): Document['paths'] {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const operations = METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? [[method, change(path, method.toUpperCase(), operation)] as const] : [];
      });
      return [path, Object.fromEntries(operations)];
    }),
  );
}
