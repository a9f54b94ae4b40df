import { Agent } from 'node:http';
import fc from 'fast-check';
import type { Document } from '../../../src/api-docs/open-api.js';
import { createJudge } from '../conformance/create-judge.js';
import { brokenRules } from './answer-rules.js';
import type { Credentials } from './credentials.js';
import { KnownIds } from './known-ids.js';
import { operationsOfAll, type FuzzedOperation } from './operations.js';
import { requestsTo, type FuzzRequest } from './requests.js';
import { send } from './send.js';

export interface FuzzOptions {
  readonly url: string;
  readonly documents: readonly Document[];
  readonly credentials: Credentials;
  readonly seed: number;
  readonly requests: number;
  /** Only operations whose path this finds. */
  readonly only?: RegExp;
}

export interface FuzzReport {
  /** How often each status was the answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** The operations that no request got past the refusals of. */
  readonly unserved: readonly string[];
  /** Every rule that was broken, and where, each with the smallest request that was found for it. */
  readonly faults: ReadonlyMap<string, string>;
  readonly seconds: number;
}

const SHOWN_CHARACTERS = 600;
const SHRUNK_FAULTS = 3;
const SHRINK_MILLISECONDS = 1500;

/** Sends so many requests, and makes those smaller whose answers break a rule. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { only = /^/, seed, requests } = options;
  const operations = operationsOfAll(options.documents).filter(({ path }) => only.test(path));
  const judges = new Map(options.documents.map((document) => [document, createJudge(document)]));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ids = new KnownIds();
  const statuses = new Map<number, number>();
  const faults = new Map<string, string>();
  const served = new Set<string>();
  const firstSeen = new Map<string, number>();

  const faultsOfSending = async (request: FuzzRequest): Promise<string[]> => {
    const filled = { ...request, target: ids.fill(request.target) };
    const answer = await send(options.url, agent, filled, await options.credentials.of(request.identity));
    if (answer.status < 400 && request.method === request.operation.method) {
      served.add(nameOf(request.operation));
    }
    const judge = judges.get(request.operation.document);
    options.credentials.learn(request, answer.status);
    ids.learn(filled.target, answer.status, answer.text);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const { method, operation } = request;
    const broken = judge ? brokenRules(filled, answer, judge) : [];
    return broken.map((rule) => `${method} ${operation.path} ${answer.status}: ${rule}`);
  };
  const check = (
    parameters: fc.Parameters<[FuzzRequest]>,
    holds: (request: FuzzRequest) => Promise<boolean>,
  ) => fc.check(fc.asyncProperty(requestsTo(operations), holds), { seed, ...parameters });

  const start = performance.now();
  let index = 0;
  await check({ numRuns: requests }, async (request) => {
    for (const fault of await faultsOfSending(request)) {
      if (!faults.has(fault)) {
        faults.set(fault, shown(request));
        firstSeen.set(fault, index);
      }
    }
    index += 1;
    return true;
  });
  const seconds = (performance.now() - start) / 1000;
  for (const [fault, path] of [...firstSeen].slice(0, SHRUNK_FAULTS)) {
    const limits = { path: String(path), numRuns: 1, interruptAfterTimeLimit: SHRINK_MILLISECONDS };
    await check(limits, async (request) => {
      const isAgain = (await faultsOfSending(request)).includes(fault);
      if (isAgain) {
        faults.set(fault, shown(request));
      }
      return !isAgain;
    });
  }
  agent.destroy();
  const unserved = operations.map(nameOf).filter((name) => !served.has(name));
  return { statuses, unserved, faults, seconds };
}

function nameOf({ method, path }: FuzzedOperation): string {
  return `${method} ${path}`;
}

function shown({ identity, method, target, headers, body }: FuzzRequest): string {
  return JSON.stringify({ identity, method, target, headers, body: body?.text }).slice(0, SHOWN_CHARACTERS);
}
