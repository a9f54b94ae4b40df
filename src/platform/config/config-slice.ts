import type { z } from 'zod';

/** One environment variable: how it is read, and what its absence means. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly variable: string;
  /** Parses the text of the variable; `undefined` stands for an absent or empty one. */
  readonly schema: Schema;
  /** For people: what it does and what happens when it is absent. The tables are generated from it. */
  readonly description: string;
  /** A secret may also come from a file (`NAME_FILE`) and is never printed. */
  readonly secret?: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;

export type SettingValues<S extends Settings> = { readonly [Name in keyof S]: z.output<S[Name]['schema']> };

/** What a rule knows beside its own values. */
export interface RuleContext {
  readonly isProduction: boolean;
  /** The values of another slice; undefined when they have faults, which are reported by themselves. */
  readonly read: <Values extends object>(slice: SliceOf<Values>) => Values | undefined;
}

export interface Problem {
  readonly variable: string;
  /** The violated rule, never the value. */
  readonly rule: string;
}

export interface SliceDefinition<S extends Settings = Settings> {
  readonly title: string;
  /** Every variable that begins so belongs to the slice; an unknown one is a typing error and refused. */
  readonly prefix?: string | readonly string[];
  readonly settings: S;
  /** Checks across fields and slices, or against the kind of environment. */
  rules?(values: SettingValues<S>, context: RuleContext): readonly Problem[];
}

interface SliceStatics {
  readonly definition: SliceDefinition;
  readonly name: string;
}

/** The class of some slice: its definition, and a constructor for parsed values. */
export type SliceClass = SliceStatics & (new (values: never) => object);

/** The class of a slice with these values. */
export type SliceOf<Values extends object> = SliceStatics & (new (values: never) => Values);

/**
 * The base class of one practice's configuration. The class that extends it is type and
 * injection token at once, so that code asks for `AuthConfig` and never for a string key.
 */
export function configSlice<S extends Settings>(definition: SliceDefinition<S>) {
  class Slice {
    static readonly definition = definition;

    constructor(values: SettingValues<S>) {
      Object.assign(this, values);
      Object.freeze(this);
    }
  }
  return Slice as unknown as SliceStatics & (new (values: SettingValues<S>) => SettingValues<S>);
}
