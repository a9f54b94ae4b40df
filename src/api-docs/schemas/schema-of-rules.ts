import { getMetadataStorage } from 'class-validator';
import type { Elements } from '../../validation/rules/is-list-of.decorator.js';
import type { Presence } from '../../validation/rules/optional.decorator.js';
import type { JsonSchema } from '../../validation/rules/rule.js';

/** A class whose fields carry the rules of class-validator. */
export type RuledClass = new () => object;

/** What the rules of one field say of it. */
export interface FieldSchema extends Presence {
  readonly field: string;
  readonly schema: JsonSchema;
  /** The field is a list of objects of this class; `schema` then speaks of the list. */
  readonly elements: RuledClass | undefined;
}

interface Rule {
  readonly name?: string;
  readonly constraints?: readonly unknown[];
  readonly each: boolean;
  readonly context?: Partial<Presence & Elements>;
}

/** The rules of class-validator that this code uses, as JSON Schema says them. A new one needs a line. */
const KNOWN_RULES: Readonly<Record<string, (first: never) => JsonSchema>> = {
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer', format: 'int64' }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isString: () => ({ type: 'string' }),
  minLength: (minLength: number) => ({ type: 'string', minLength }),
  maxLength: (maxLength: number) => ({ type: 'string', maxLength }),
  matches: patternOf,
  isEmail: () => ({ type: 'string', format: 'idn-email' }),
  isUuid: () => ({ type: 'string', format: 'uuid', maxLength: 36 }),
  isIn: enumOf,
};

/** @throws Error for a rule that nobody has taught it: the documentation would silently say less than the code */
export function fieldsOf(ruled: RuledClass): FieldSchema[] {
  const byField = Map.groupBy(rulesOf(ruled), ({ propertyName }) => propertyName);
  const defaults = new ruled() as Record<string, unknown>;
  return [...byField].map(([field, rules]) => {
    const fallback = defaults[field];
    return {
      field,
      schema: { ...schemaOf(rules), ...(fallback === undefined ? {} : { default: fallback }) },
      elements: rules.find(({ context }) => context?.elements)?.context?.elements?.(),
      mayBeAbsent: rules.some(({ context }) => context?.mayBeAbsent === true),
      mayBeNull: rules.some(({ context }) => context?.mayBeNull === true),
    };
  });
}

export function hasRules(candidate: unknown): candidate is RuledClass {
  return typeof candidate === 'function' && rulesOf(candidate as RuledClass).length > 0;
}

function rulesOf(ruled: RuledClass): (Rule & { propertyName: string })[] {
  return getMetadataStorage().getTargetValidationMetadatas(ruled, '', false, false);
}

function schemaOf(rules: readonly Rule[]): JsonSchema {
  const said = rules.filter(({ context = {} }) => !('mayBeNull' in context || 'elements' in context));
  if (said.filter(({ name }) => name === 'matches').length > 1) {
    throw new Error('a schema has one pattern: join the two');
  }
  const ofField = said.filter(({ each }) => !each).map(fragmentOf);
  const ofElements = said.filter(({ each }) => each).map(fragmentOf);
  const items = ofElements.length === 0 ? {} : { items: Object.assign({}, ...ofElements) as JsonSchema };
  return Object.assign({}, ...ofField, items) as JsonSchema;
}

function fragmentOf({ name = '', constraints = [] }: Rule): JsonSchema {
  const known = Object.hasOwn(KNOWN_RULES, name) ? KNOWN_RULES[name] : undefined;
  if (known) {
    return known(constraints[0] as never);
  }
  const [own] = constraints;
  if (typeof own === 'object' && own !== null) {
    return own as JsonSchema;
  }
  throw new Error(`the rule ${name} has no line in ${import.meta.url.split('/').at(-1)}`);
}

/** @throws Error for flags, which a schema cannot say */
function patternOf(pattern: RegExp): JsonSchema {
  if (pattern.flags.replace('u', '') !== '') {
    throw new Error(`the documentation cannot say the flags of ${String(pattern)}`);
  }
  return { type: 'string', pattern: pattern.source };
}

function enumOf(values: readonly (string | number)[]): JsonSchema {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0
    ? { type: 'string', enum: [...values] }
    : {
        type: 'integer',
        format: 'int32',
        enum: numbers,
        minimum: Math.min(...numbers),
        maximum: Math.max(...numbers),
      };
}
