import type { Document, Operation, Response } from '../../../src/api-docs/open-api.js';
import { faultsOf, resolve, type Judge } from '../conformance/answer-faults.js';
import type { FuzzRequest } from './requests.js';
import type { FuzzAnswer } from './send.js';

/** What only somebody who reads the source or the database should know. */
const INTERNAL =
  /node_modules|\.[cm]?[jt]s:\d|\bat \S+ \(|\/(?:srv|app|usr|home|work|tmp)\/|prisma|postgres|nestjs|fastify|undici|\b(?:insert into|select .* from|relation "|syntax error at)\b|\b[A-Z]\w*(?:Error|Exception|Service|Repository|Controller|Pipe)\b/i;
const REQUEST_ID = /^[\w.-]{8,64}$/;

/** In which ways an answer breaks what is true of every answer, and of those of its operation. */
export function brokenRules(request: FuzzRequest, answer: FuzzAnswer, judge: Judge): string[] {
  const { status, headers } = answer;
  return [
    ...(status >= 500 ? [`a failure of the server: ${answer.text.slice(0, 200)}`] : []),
    ...(REQUEST_ID.test(String(headers['x-request-id'])) ? [] : ['no request id']),
    ...(status >= 400 ? ofProblem(answer) : []),
    ...ofDocument(request, answer, judge),
  ];
}

function ofProblem({ status, headers, text }: FuzzAnswer): string[] {
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
  if (!isProblem) {
    return [`an error as ${headers['content-type'] ?? 'nothing'}`];
  }
  const problem = JSON.parse(text) as Record<string, unknown>;
  const said = INTERNAL.exec(text)?.[0];
  return [
    ...(problem['status'] === status ? [] : ['a problem with another status']),
    ...(problem['requestId'] === headers['x-request-id'] ? [] : ['a problem with another request id']),
    ...(said === undefined ? [] : [`internals: ${said}`]),
  ];
}

function ofDocument(
  { method, target }: FuzzRequest,
  { status, headers, text }: FuzzAnswer,
  judge: Judge,
): string[] {
  const operation = operationAt(judge.document, method, target);
  if (!operation) {
    return status < 400 && method !== 'OPTIONS' ? ['a success that no operation has'] : [];
  }
  const response = operation.responses[String(status)] as Response | undefined;
  if (!response) {
    return ['the status is not documented'];
  }
  const isJson = /^application\/(?:problem\+)?json\b/.test(headers['content-type'] ?? '');
  const isBodyless = headers['content-type'] === undefined && text === '';
  // Other media types are not looked into: they are text, and a list of nothing is empty.
  return faultsOf(
    { status, headers, payload: isJson || isBodyless ? text : Buffer.from(text) },
    resolve(judge, response),
    judge,
  );
}

/** Where a router would go: a path that is written out goes before one with a parameter. */
function operationAt({ paths }: Document, method: string, target: string): Operation | undefined {
  const path = target.split('?')[0] ?? '';
  const template =
    Object.keys(paths).find((one) => one === path) ?? Object.keys(paths).find((one) => matches(one, path));
  return paths[template ?? '']?.[method.toLowerCase() as 'get'];
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((one, index) => (one.startsWith('{') ? given[index] !== '' : one === given[index]))
  );
}
