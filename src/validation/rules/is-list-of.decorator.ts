import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';

/** What a list consists of; the documentation reads it from the rule's context. */
export interface Elements {
  readonly elements: () => new () => object;
}

/** A list of objects with rules of their own. */
export function IsListOf(
  elements: () => new () => object,
  { maxSize }: { maxSize: number },
): PropertyDecorator {
  const context: Elements = { elements };
  return applyDecorators(
    IsArray(),
    ArrayMaxSize(maxSize),
    ValidateNested({ each: true, context }),
    Type(elements),
  );
}
