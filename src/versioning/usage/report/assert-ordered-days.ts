import { ValidationFailure } from '../../../validation/boundary/validation-failure.js';

/** An empty report would read as if nobody called any more. @throws ValidationFailure when it ends before it begins */
export function assertOrderedDays({ from, to }: { readonly from?: string; readonly to?: string }): void {
  if (from !== undefined && to !== undefined && to < from) {
    const messages = ['to must not be before from'];
    throw new ValidationFailure([{ field: 'to', in: 'query', rules: ['isNotBefore'], messages }]);
  }
}
