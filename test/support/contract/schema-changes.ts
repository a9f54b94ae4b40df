/** All named schemas of both contracts. */
export interface Schemas {
  readonly before: Readonly<Record<string, object>>;
  readonly after: Readonly<Record<string, object>>;
}

interface Direction extends Schemas {
  /** By clients: then it must not get narrower. Otherwise they receive it, and it must not get wider. */
  readonly isSent: boolean;
  /** The named schemas that are being compared further up. */
  readonly above?: ReadonlySet<string>;
}

/** What this comparison does not look into: whatever changes there may break somebody. */
const OPAQUE = ['allOf', 'anyOf', 'oneOf', 'not', 'const', 'default'] as const;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly uniqueItems?: boolean;
  readonly [keyword: string]: unknown;
}

const LOWER_BOUNDS = ['minimum', 'minLength', 'minItems'] as const;
const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'] as const;

/** In which ways a value that was good may not be good any more, or one that could not come can come now. */
export function breakingSchemaChanges(
  place: string,
  before: object | undefined,
  after: object | undefined,
  direction: Direction,
): string[] {
  const name = (before as Schema | undefined)?.$ref;
  if (name !== undefined && direction.above?.has(name)) {
    return [];
  }
  const old = resolve(before as Schema | undefined, direction.before);
  const current = resolve(after as Schema | undefined, direction.after);
  const inside = {
    ...direction,
    above: new Set([...(direction.above ?? []), ...(name === undefined ? [] : [name])]),
  };
  return [
    ...ofTypes(place, old, current, inside),
    ...ofValues(place, old, current, inside),
    ...ofBounds(place, old, current, inside),
    ...ofProperties(place, old, current, inside),
    ...ofItems(place, old, current, inside),
    ...OPAQUE.filter((keyword) => JSON.stringify(old[keyword]) !== JSON.stringify(current[keyword])).map(
      (keyword) => `${place} has another ${keyword}`,
    ),
    ...(direction.isSent && old['additionalProperties'] !== false && current['additionalProperties'] === false
      ? [`${place} refuses other fields`]
      : []),
  ];
}

function ofItems(place: string, old: Schema, current: Schema, direction: Direction): string[] {
  const [wide, narrow] = direction.isSent ? [current, old] : [old, current];
  return wide.items && !narrow.items
    ? [`${place}[] ${direction.isSent ? 'can no longer' : 'can now'} be anything`]
    : breakingItems(place, old, current, direction);
}

function breakingItems(place: string, old: Schema, current: Schema, direction: Direction): string[] {
  return old.items && current.items
    ? breakingSchemaChanges(`${place}[]`, old.items, current.items, direction)
    : [];
}

function ofTypes(place: string, old: Schema, current: Schema, { isSent }: Direction): string[] {
  const [before, after] = [typesOf(old), typesOf(current)];
  const [wide, narrow] = isSent ? [after, before] : [before, after];
  const words = isSent ? 'can no longer be' : 'can now be';
  if (wide.length > 0 && narrow.length === 0) {
    return [`${place} ${words} anything`];
  }
  const lost = wide.length === 0 ? [] : narrow.filter((type) => !wide.includes(type));
  return lost.map((type) => `${place} ${words} ${type}`);
}

function ofValues(place: string, old: Schema, current: Schema, { isSent }: Direction): string[] {
  const changed = (['format', 'pattern'] as const)
    .filter((keyword) => old[keyword] !== current[keyword] && (isSent ? current : old)[keyword] !== undefined)
    .map((keyword) => `${place} has another ${keyword}`);
  const [wide, narrow] = isSent ? [current.enum, old.enum] : [old.enum, current.enum];
  if (wide === undefined) {
    return changed;
  }
  const lost = narrow === undefined ? ['anything'] : narrow.filter((value) => !wide.includes(value));
  const words = isSent ? 'can no longer be' : 'can now be';
  return [...changed, ...lost.map((value) => `${place} ${words} ${String(value)}`)];
}

function ofBounds(place: string, old: Schema, current: Schema, { isSent }: Direction): string[] {
  const [wide, narrow] = isSent ? [current, old] : [old, current];
  const isOutside = (keyword: string, crosses: (inner: number, outer: number) => boolean): boolean => {
    const outer = wide[keyword] as number | undefined;
    const inner = narrow[keyword] as number | undefined;
    return outer !== undefined && (inner === undefined || crosses(inner, outer));
  };
  const crossed = [
    ...LOWER_BOUNDS.filter((keyword) => isOutside(keyword, (inner, outer) => inner < outer)),
    ...UPPER_BOUNDS.filter((keyword) => isOutside(keyword, (inner, outer) => inner > outer)),
    ...(wide.uniqueItems && !narrow.uniqueItems ? ['uniqueItems'] : []),
  ];
  return crossed.map((keyword) => `${place} has a ${isSent ? 'narrower' : 'wider'} ${keyword}`);
}

function ofProperties(place: string, old: Schema, current: Schema, direction: Direction): string[] {
  const [before, after] = [old.properties ?? {}, current.properties ?? {}];
  const { isSent } = direction;
  const gone = Object.keys(before)
    .filter((name) => !(name in after))
    .map((name) => `${place}.${name} is ${isSent ? 'refused' : 'gone'}`);
  const [wasRequired, isRequired] = [old.required ?? [], current.required ?? []];
  const demanded = isSent ? isRequired.filter((name) => !wasRequired.includes(name)) : [];
  const optional = isSent ? [] : wasRequired.filter((name) => name in after && !isRequired.includes(name));
  const shared = Object.keys(before).filter((name) => name in after);
  return [
    ...gone,
    ...demanded.map((name) => `${place}.${name} is demanded`),
    ...optional.map((name) => `${place}.${name} can be missing`),
    ...shared.flatMap((name) =>
      breakingSchemaChanges(`${place}.${name}`, before[name], after[name], direction),
    ),
  ];
}

function typesOf({ type }: Schema): readonly string[] {
  return type === undefined ? [] : [type].flat();
}

function resolve(schema: Schema | undefined, schemas: Readonly<Record<string, object>>): Schema {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? (schema ?? {}) : (schemas[name] as Schema);
}
