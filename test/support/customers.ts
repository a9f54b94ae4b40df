import { randomUUID } from 'node:crypto';

/** The body of a new customer, unlike every other one. */
export function aCustomer(content: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: `${randomUUID()}@example.com`,
    ...content,
  };
}
