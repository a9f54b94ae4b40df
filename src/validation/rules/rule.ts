import { ValidateBy } from 'class-validator';

/** A JSON Schema (draft 2020-12), as far as this code reads it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface RuleOptions {
  /** As it stands in the answer to input that breaks it. */
  readonly name: string;
  /** What the documentation says of such a value: a schema can say less than the rule, and says nothing else. */
  readonly schema: JsonSchema;
  readonly isAllowed: (value: unknown) => boolean;
  /** `$property` stands for the field. */
  readonly message: string;
  /** The field is a list, and each of its elements must obey. */
  readonly isForEach?: boolean;
}

/** A rule of our own: what it checks, and what the documentation says of it, in one place. */
export function Rule({
  name,
  schema,
  isAllowed,
  message,
  isForEach = false,
}: RuleOptions): PropertyDecorator {
  return ValidateBy(
    { name, constraints: [schema], validator: { validate: isAllowed, defaultMessage: () => message } },
    { each: isForEach },
  );
}
