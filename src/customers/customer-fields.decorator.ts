import { applyDecorators } from '@nestjs/common';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IsEmail } from '../validation/rules/is-email.decorator.js';
import { IsText } from '../validation/rules/is-text.decorator.js';
import { CUSTOMER_LIMITS, CUSTOMER_STATUSES, PHONE_PATTERN, TAX_ID_PATTERN } from './customer.js';

/*
 * What each field may contain, said once for all versions, for creating and changing, and for answers.
 * Whether it may be absent or null is the DTO's to say.
 */

export const IsCustomerName = (): PropertyDecorator => IsText({ maxLength: CUSTOMER_LIMITS.name });

export const IsCustomerEmail = (): PropertyDecorator =>
  applyDecorators(IsEmail(), IsText({ maxLength: CUSTOMER_LIMITS.email }));

export const IsCustomerPhone = (): PropertyDecorator =>
  applyDecorators(Matches(PHONE_PATTERN), MaxLength(CUSTOMER_LIMITS.phone));

export const IsCustomerTaxId = (): PropertyDecorator =>
  applyDecorators(Matches(TAX_ID_PATTERN), MaxLength(CUSTOMER_LIMITS.taxId));

/** As answers show it: whole, or all but its end as asterisks. */
export const IsShownTaxId = (): PropertyDecorator => IsText({ maxLength: CUSTOMER_LIMITS.taxId });

export const IsCustomerStatus = (): PropertyDecorator => IsIn(CUSTOMER_STATUSES);

export const IsCustomerNotes = (): PropertyDecorator =>
  IsText({ minLength: 0, maxLength: CUSTOMER_LIMITS.notes, isMultiline: true });
