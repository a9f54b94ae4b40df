import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validate, type ValidatorOptions } from 'class-validator';
import { rulesOf } from './remembered-rules.js';
import { fieldFaults, unknownField, ValidationFailure, type InputPart } from './validation-failure.js';

/** Unknown fields are refused instead of dropped: a dropped field is a misunderstanding that nobody sees. */
const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};

const PARTS: Readonly<Record<string, InputPart>> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'headers',
};

/** Turns every input of a handler into an instance of its DTO, or refuses the request. */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  /** Whether a DTO takes an input without any field. */
  private readonly verdictsOnNothing = new WeakMap<ClassConstructor<object>, boolean>();

  async transform(input: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const schema = schemaOf(metadata);
    if (!schema) {
      return input;
    }
    const part = PARTS[metadata.type] ?? 'body';
    assertPlainObject(input, part);
    const instance = plainToInstance(schema, input, { enableImplicitConversion: false });
    assertNothingDropped(input, instance, part);
    if (!isNothing(input) || !(await this.mayBeEmpty(schema))) {
      await assertValid(instance, part);
    }
    return instance;
  }

  /** Most requests send no query and none of the headers: the rules need not be asked each time. */
  private async mayBeEmpty(schema: ClassConstructor<object>): Promise<boolean> {
    let verdict = this.verdictsOnNothing.get(schema);
    if (verdict === undefined) {
      verdict = (await validate(plainToInstance(schema, {}), OPTIONS)).length === 0;
      this.verdictsOnNothing.set(schema, verdict);
    }
    return verdict;
  }
}

function isNothing(input: object): boolean {
  return Object.keys(input).length === 0;
}

async function assertValid(instance: object, part: InputPart): Promise<void> {
  const errors = await validate(instance, OPTIONS);
  if (errors.length > 0) {
    throw new ValidationFailure(fieldFaults(part, errors));
  }
}

/**
 * The DTO of a handler's parameter. Body, query and path must have one with rules; without,
 * the request fails, so that a forgotten type cannot let unchecked input through. What custom
 * decorators provide is checked when it has rules and is otherwise the application's own.
 */
function schemaOf({ metatype, type }: ArgumentMetadata): ClassConstructor<object> | undefined {
  if (metatype && rulesOf(metatype).length > 0) {
    return metatype as ClassConstructor<object>;
  }
  if (type === 'custom') {
    return undefined;
  }
  throw new Error(`A ${type} parameter is declared without a DTO that has validation rules`);
}

function assertPlainObject(input: unknown, part: InputPart): asserts input is object {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ValidationFailure([
      { field: part, in: part, rules: ['isObject'], messages: [`the ${part} must be an object`] },
    ]);
  }
}

/**
 * class-transformer passes over names that mean something to an object (`constructor`,
 * `toString`) without a word. Whatever did not arrive in the instance is an unknown field.
 */
function assertNothingDropped(input: object, instance: object, part: InputPart): void {
  const dropped = Object.keys(input).filter((name) => !Object.hasOwn(instance, name));
  if (dropped.length > 0) {
    throw new ValidationFailure(dropped.map((name) => unknownField(part, name)));
  }
}
