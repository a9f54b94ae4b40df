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

export type Method = (typeof METHODS)[number];

export function reference(kind: keyof Components, name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}
