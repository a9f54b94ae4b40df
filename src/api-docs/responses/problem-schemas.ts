import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { problemDocument, PROBLEM_CONTENT_TYPE } from '../../platform/errors/problem-document.js';
import { AppError } from '../../platform/errors/app-error.js';
import { reference, type Components, type Response } from '../open-api.js';

const REQUEST_ID = '018f4d3a-6c1e-7a52-9d1f-3b0c5e2a7f10';

/** What stands in a problem document (RFC 9457), whatever has happened. */
const PROBLEM = {
  type: 'object',
  description:
    'A problem document (RFC 9457). Branch on `code`, and quote `requestId` when you ask for help.',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: {
      type: 'string',
      format: 'uri-reference',
      maxLength: 200,
      description: 'A page that explains the condition.',
    },
    title: {
      type: 'string',
      maxLength: 200,
      pattern: '^[A-Z]',
      description: 'The same for every occurrence.',
    },
    status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
    code: { type: 'string', maxLength: 100, pattern: '^[a-z][a-z_.]*$', description: 'Stable.' },
    detail: {
      type: 'string',
      maxLength: 1000,
      pattern: '^[^\\u0000-\\u001f]*$',
      description: 'About this occurrence.',
    },
    requestId: { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' },
    errors: {
      type: 'array',
      maxItems: 20,
      description: 'The fields that broke a rule. Values are not repeated.',
      items: {
        type: 'object',
        required: ['field', 'in', 'rules', 'messages'],
        properties: {
          field: { type: 'string', maxLength: 200, pattern: '^[^\\u0000-\\u001f]*$' },
          in: { type: 'string', enum: ['body', 'query', 'path', 'headers'] },
          rules: {
            type: 'array',
            maxItems: 20,
            items: { type: 'string', maxLength: 100, pattern: '^\\w+$' },
          },
          messages: {
            type: 'array',
            maxItems: 20,
            items: { type: 'string', maxLength: 1000, pattern: '^[^\\u0000-\\u001f]*$' },
          },
        },
      },
    },
    successor: {
      type: 'string',
      format: 'uri-reference',
      maxLength: 2000,
      description: 'Of what has ended: the same resource in the version that replaces this one.',
    },
    guide: { type: 'string', format: 'uri-reference', maxLength: 200, description: 'How to migrate.' },
    sunset: { type: 'string', format: 'date-time', maxLength: 24 },
  },
} as const;

/** The schema of all problem documents and an example of each that a document mentions. */
export function problemComponents(conditions: readonly ErrorCondition[]): Components {
  const examples = conditions.map((condition) => [
    condition.code,
    { summary: condition.title, value: problemDocument(new AppError(condition), REQUEST_ID) },
  ]);
  return {
    schemas: { Problem: structuredClone(PROBLEM) as unknown as NonNullable<Components['schemas']>[string] },
    examples: Object.fromEntries(examples) as NonNullable<Components['examples']>,
  };
}

/** The answer for conditions of one status: which codes it can have, each with an example. */
export function problemResponse(conditions: readonly ErrorCondition[]): Response {
  const codes = conditions.map(({ code }) => code).toSorted();
  const titles = [...new Set(conditions.map(({ title }) => title))];
  return {
    description: `${titles.join('. ')}.`,
    content: {
      [PROBLEM_CONTENT_TYPE]: {
        schema: {
          allOf: [
            reference('schemas', 'Problem'),
            { type: 'object', properties: { code: { type: 'string', enum: codes } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, reference('examples', code)])),
      },
    },
  };
}
