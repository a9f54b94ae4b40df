import { isEmail } from 'class-validator';
import { Rule } from './rule.js';

/**
 * An e-mail address. The rule of class-validator throws on half a character (a lone surrogate), and a fault of
 * the caller would be answered as one of ours.
 */
export function IsEmail(): PropertyDecorator {
  return Rule({
    name: 'isEmail',
    schema: { type: 'string', format: 'idn-email' },
    isAllowed: (value) => typeof value === 'string' && value.isWellFormed() && isEmail(value),
    message: '$property must be an email',
  });
}
