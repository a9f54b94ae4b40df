/** What the answers of a guide are made of. Ids, moments and cursors are examples: real ones differ. */
export const ID = '019ab5f0-3c41-7d52-8e63-5f7481926a3b';
const TIME = '2026-11-24T09:30:00.000Z';
export const CURSOR = 'hJt4mQxS7d0vK2nYbW9cLr5pTzE8aGfUo1iXsMy6NqRkVj3eCwBuDlHgPAF-ZiOT';

/** A customer as it is shown by itself. */
export const whole = (names: object, email: string): object => ({
  id: ID,
  ...names,
  email,
  phone: null,
  taxId: null,
  status: 'active',
  notes: null,
  createdAt: TIME,
  updatedAt: TIME,
});

/** A customer as lists show it. */
export const summary = (names: object, email: string): object => ({
  id: ID,
  ...names,
  email,
  status: 'active',
  createdAt: TIME,
  updatedAt: TIME,
});

/** The refusal of a field that the version does not know. */
export function unknownField(part: string, field: string): object {
  return {
    type: '/problems/validation.failed',
    title: 'The request has invalid fields',
    status: 400,
    code: 'validation.failed',
    errors: [{ field, in: part, rules: ['unknown'], messages: [`${field} is not a known field`] }],
    requestId: ID,
  };
}
