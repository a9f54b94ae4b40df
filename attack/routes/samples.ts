import { randomUUID } from 'node:crypto';
import type { Schema } from './documents.ts';

/** Ordinary texts; the first one that a schema allows is taken. */
const TEXTS = [
  'Sample Person',
  'sample',
  'tenant',
  'sample@example.com',
  '+12025550100',
  'ZZ900900900',
  '192.0.2.1',
  '2026-01-01',
  '1',
  'A1b2C3d4E5f6G7h8I9j0K1',
];

const BY_FORMAT: Readonly<Record<string, () => string>> = {
  uuid: () => randomUUID(),
  'idn-email': newEmail,
  email: newEmail,
  'date-time': () => '2026-01-01T00:00:00.000Z',
  date: () => '2026-01-01',
};

/** Values that no schema can tell; a scope must exist, a subject is somebody. */
export type Known = Readonly<Record<string, unknown>>;

/** A value that the schema allows, with the required members only. */
export function sampleOf(schema: Schema, known: Known = {}, name = ''): unknown {
  if (Object.hasOwn(known, name)) {
    return known[name];
  }
  if (schema.enum) {
    return schema.enum[0];
  }
  switch (typesOf(schema)[0]) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, sampleOf(schema.properties?.[key] ?? {}, known, key)]),
      );
    case 'array':
      return (schema.minItems ?? 0) > 0 ? [sampleOf(schema.items ?? {}, known, name)] : [];
    case 'integer':
    case 'number':
      return schema.default ?? schema.minimum ?? 1;
    case 'boolean':
      return false;
    default:
      return sampleText(schema);
  }
}

function typesOf({ type }: Schema): string[] {
  return [type ?? []].flat();
}

export function isText(schema: Schema): boolean {
  return typesOf(schema).includes('string') && !schema.enum;
}

function sampleText(schema: Schema): string {
  const made = BY_FORMAT[schema.format ?? '']?.();
  const candidates = made === undefined ? TEXTS : [made, ...TEXTS];
  return candidates.find((text) => allows(schema, text)) ?? 'Sample Person';
}

function allows({ pattern, minLength = 0, maxLength = Infinity }: Schema, text: string): boolean {
  const isMatch = pattern === undefined || new RegExp(pattern, 'u').test(text);
  return isMatch && text.length >= minLength && text.length <= maxLength;
}

function newEmail(): string {
  return `attack-${randomUUID().slice(0, 13)}@example.com`;
}
