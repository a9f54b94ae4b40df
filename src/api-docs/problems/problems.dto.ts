import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../validation/rules/is-text.decorator.js';

const MAX_CODE_LENGTH = 100;
const CODE = /^[a-z][a-z_.]*$/;

export class ProblemPath {
  @ApiProperty({ description: 'The code of a problem document.' })
  @MaxLength(MAX_CODE_LENGTH)
  @Matches(CODE)
  code!: string;
}

/** A condition in which a request can end. */
export class ConditionRepresentation {
  @MaxLength(MAX_CODE_LENGTH)
  @Matches(CODE)
  readonly code!: string;

  @IsInt()
  @Min(400)
  @Max(599)
  readonly status!: number;

  @IsText({ maxLength: 200 })
  readonly title!: string;

  /** What a client can do. */
  @ApiProperty({ description: 'What a client can do.' })
  @IsText({ maxLength: 1000 })
  readonly advice!: string;
}

export class ConditionListRepresentation {
  @IsListOf(() => ConditionRepresentation, { maxSize: 1000 })
  readonly data!: readonly ConditionRepresentation[];
}
