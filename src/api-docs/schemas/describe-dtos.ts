import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { fieldsOf, type FieldSchema, type RuledClass } from './schema-of-rules.js';

/**
 * Tells @nestjs/swagger of every field what the rules say of it, so that nobody has to write it a second
 * time. What a field's own `@ApiProperty()` says beside that, stays.
 */
export function describeDto(ruled: RuledClass, described = new Set<RuledClass>()): void {
  if (described.has(ruled)) {
    return;
  }
  described.add(ruled);
  for (const field of fieldsOf(ruled)) {
    if (field.elements) {
      describeDto(field.elements, described);
    }
    ApiProperty(propertyOf(field))(ruled.prototype as object, field.field);
  }
}

function propertyOf({ schema, mayBeAbsent, mayBeNull, elements }: FieldSchema): ApiPropertyOptions {
  const presence = { required: !mayBeAbsent, ...(mayBeNull ? { nullable: true } : {}) };
  const { type, ...bounds } = schema;
  const content = elements ? { ...bounds, type: () => elements, isArray: type === 'array' } : schema;
  return { ...content, ...presence };
}
