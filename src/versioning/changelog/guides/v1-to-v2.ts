import { CURSOR, ID, summary, unknownField, whole } from './example-answers.js';
import type { Exchange, Guide } from './guide.js';

const V1_UPDATE: Exchange = {
  method: 'PATCH',
  path: '/v1/customers/{id}',
  body: { fullName: 'Ada King Lovelace' },
  response: { status: 200, body: whole({ fullName: 'Ada King Lovelace' }, 'ada@example.com') },
};

/** Every exchange is sent to the real API by a test: what stands here is what it answers. */
export const V1_TO_V2 = {
  title: 'From v1 to v2',
  intro:
    'Both versions show the same customers, under the same ids, with the same credentials and scopes: ' +
    'a client can move one call at a time. The examples begin with three customers, Ada Lovelace, ' +
    'Grace Hopper and Alan Turing. Fields that are not shown here are the same in both versions. ' +
    'When v1 ends, it answers 410 to everything.',
  steps: [
    {
      title: 'One name becomes two: reading',
      what:
        'fullName is gone; givenName and familyName come instead. v1 showed them with one space between ' +
        'them. The answer has an ETag: keep it, changing the customer takes it. Send it as If-None-Match to ' +
        'get 304 when nothing has changed. A caller who sees the whole tax id gets another tag, without -masked.',
      before: {
        method: 'GET',
        path: '/v1/customers/{id}',
        response: { status: 200, body: whole({ fullName: 'Ada Lovelace' }, 'ada@example.com') },
      },
      after: {
        method: 'GET',
        path: '/v2/customers/{id}',
        response: {
          status: 200,
          headers: { ETag: '"1-masked"' },
          body: whole({ givenName: 'Ada', familyName: 'Lovelace' }, 'ada@example.com'),
        },
      },
    },
    {
      title: 'One name becomes two: creating',
      what:
        'Send givenName and familyName. v1 split the full name at its last space, and so refused a name ' +
        'without one. Idempotency-Key means the same in both versions.',
      before: {
        method: 'POST',
        path: '/v1/customers',
        body: { fullName: 'Katherine Johnson', email: 'katherine@example.com' },
        response: {
          status: 201,
          headers: { Location: `/v1/customers/${ID}` },
          body: whole({ fullName: 'Katherine Johnson' }, 'katherine@example.com'),
        },
      },
      after: {
        method: 'POST',
        path: '/v2/customers',
        body: { givenName: 'Katherine', familyName: 'Johnson', email: 'katherine@example.com' },
        response: {
          status: 201,
          headers: { Location: `/v2/customers/${ID}`, ETag: '"1-masked"' },
          body: whole({ givenName: 'Katherine', familyName: 'Johnson' }, 'katherine@example.com'),
        },
      },
    },
    {
      title: 'fullName is refused',
      what: 'No version ignores what it does not know: a field of v1 that is still sent to v2 is a 400.',
      before: V1_UPDATE,
      after: {
        method: 'PATCH',
        path: '/v2/customers/{id}',
        headers: { 'If-Match': '"1-masked"' },
        body: { fullName: 'Ada King Lovelace' },
        response: { status: 400, body: unknownField('body', 'fullName') },
      },
    },
    {
      title: 'A change says what it has seen',
      what:
        'Send If-Match with the ETag that you read. When somebody else has changed the customer since, v2 ' +
        'answers 412: read it again and decide. In v1 the later writer undid the earlier one. ' +
        'The answer has the tag for the next change.',
      before: V1_UPDATE,
      after: {
        method: 'PATCH',
        path: '/v2/customers/{id}',
        headers: { 'If-Match': '"1-masked"' },
        body: { givenName: 'Ada King' },
        response: {
          status: 200,
          headers: { ETag: '"2-masked"' },
          body: whole({ givenName: 'Ada King', familyName: 'Lovelace' }, 'ada@example.com'),
        },
      },
    },
    {
      title: 'An unconditional change is refused',
      what: 'Without If-Match nothing is changed. Whoever means it sends If-Match: * and has what v1 did.',
      before: V1_UPDATE,
      after: {
        method: 'PATCH',
        path: '/v2/customers/{id}',
        body: { givenName: 'Ada King' },
        response: {
          status: 428,
          body: {
            type: '/problems/request.precondition_required',
            title: 'The request must be conditional',
            status: 428,
            code: 'request.precondition_required',
            detail: 'Send If-Match with the ETag that you read, or with * to write regardless.',
            requestId: ID,
          },
        },
      },
    },
    {
      title: 'A deletion says what it has seen, too',
      what: 'If-Match is needed here as well, with the same answers when it is missing or outdated.',
      before: { method: 'DELETE', path: '/v1/customers/{id}', response: { status: 204 } },
      after: {
        method: 'DELETE',
        path: '/v2/customers/{id}',
        headers: { 'If-Match': '"1-masked"' },
        response: { status: 204 },
      },
    },
    {
      title: 'Lists: the first page',
      what:
        'pageSize becomes limit, customers becomes data. status filters in both versions; v2 can also sort ' +
        'and search. Both begin with the oldest customer unless told otherwise.',
      before: {
        method: 'GET',
        path: '/v1/customers?pageSize=2',
        response: {
          status: 200,
          body: {
            customers: [
              summary({ fullName: 'Ada Lovelace' }, 'ada@example.com'),
              summary({ fullName: 'Grace Hopper' }, 'grace@example.com'),
            ],
            page: 1,
            pageSize: 2,
            total: 3,
          },
        },
      },
      after: {
        method: 'GET',
        path: '/v2/customers?limit=2',
        response: {
          status: 200,
          body: {
            data: [
              summary({ givenName: 'Ada', familyName: 'Lovelace' }, 'ada@example.com'),
              summary({ givenName: 'Grace', familyName: 'Hopper' }, 'grace@example.com'),
            ],
            nextCursor: CURSOR,
          },
        },
      },
    },
    {
      title: 'Lists: the next page',
      what:
        'Send nextCursor back as cursor, with the same sort, status and search. It is null on the last ' +
        'page. With numbers, customers were shown twice or never when others came or went meanwhile.',
      before: {
        method: 'GET',
        path: '/v1/customers?page=2&pageSize=2',
        response: {
          status: 200,
          body: {
            customers: [summary({ fullName: 'Alan Turing' }, 'alan@example.com')],
            page: 2,
            pageSize: 2,
            total: 3,
          },
        },
      },
      after: {
        method: 'GET',
        path: '/v2/customers?limit=2&cursor={cursor}',
        response: {
          status: 200,
          body: {
            data: [summary({ givenName: 'Alan', familyName: 'Turing' }, 'alan@example.com')],
            nextCursor: null,
          },
        },
      },
    },
    {
      title: 'What v2 does not have: numbers of pages, and a total',
      what:
        'There is no way to begin in the middle, and nobody counts all customers for each page. For all of ' +
        'them at once there is GET /v2/customers/export.',
      before: {
        method: 'GET',
        path: '/v1/customers?page=3&pageSize=2',
        response: { status: 200, body: { customers: [], page: 3, pageSize: 2, total: 3 } },
      },
      after: {
        method: 'GET',
        path: '/v2/customers?page=3',
        response: { status: 400, body: unknownField('query', 'page') },
      },
    },
  ],
} as const satisfies Guide;
