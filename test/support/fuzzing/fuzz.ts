import fc from 'fast-check';
import type { Document } from '../../../src/api-docs/open-api.js';
import type { Credentials } from './credentials.js';
import { FuzzRun, nameOf } from './fuzz-run.js';
import { operationsOfAll } from './operations.js';
import { requestsTo, type FuzzRequest } from './requests.js';

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
/** For an operation that has refused all before: what one caller in five may do, and seldom without a defect. */
const REQUESTS_TO_REACH_ONE = 300;

/** Sends so many requests, and makes those smaller whose answers break a rule. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { only = /^/, seed, requests } = options;
  const operations = operationsOfAll(options.documents).filter(({ path }) => only.test(path));
  const run = new FuzzRun(options.url, options.documents, options.credentials);
  const faults = new Map<string, string>();
  const firstSeen = new Map<string, number>();
  const check = (
    arbitrary: fc.Arbitrary<FuzzRequest>,
    parameters: fc.Parameters<[FuzzRequest]>,
    holds: (request: FuzzRequest) => Promise<boolean>,
  ) => fc.check(fc.asyncProperty(arbitrary, holds), { seed, ...parameters });
  const newFaultsOf = async (request: FuzzRequest): Promise<string[]> => {
    const found = (await run.faultsOfSending(request)).filter((fault) => !faults.has(fault));
    found.forEach((fault) => faults.set(fault, shown(request)));
    return found;
  };

  const start = performance.now();
  let index = 0;
  const details = await check(requestsTo(operations), { numRuns: requests }, async (request) => {
    for (const fault of await newFaultsOf(request)) {
      firstSeen.set(fault, index);
    }
    index += 1;
    return true;
  });
  if (details.failed) {
    throw new Error('the run broke off', { cause: details.errorInstance });
  }
  const seconds = (performance.now() - start) / 1000;
  for (const operation of operations.filter((one) => !run.hasServed(one))) {
    const limits = { numRuns: REQUESTS_TO_REACH_ONE, endOnFailure: true };
    await check(requestsTo([operation]), limits, async (request) => {
      await newFaultsOf(request);
      return !run.hasServed(operation);
    });
  }
  for (const [fault, path] of [...firstSeen].slice(0, SHRUNK_FAULTS)) {
    const limits = { path: String(path), numRuns: 1, interruptAfterTimeLimit: SHRINK_MILLISECONDS };
    await check(requestsTo(operations), limits, async (request) => {
      const isAgain = (await run.faultsOfSending(request)).includes(fault);
      if (isAgain) {
        faults.set(fault, shown(request));
      }
      return !isAgain;
    });
  }
  run.end();
  const unserved = operations.filter((one) => !run.hasServed(one)).map(nameOf);
  return { statuses: run.statuses, unserved, faults, seconds };
}

function shown({ identity, method, target, headers, body }: FuzzRequest): string {
  return JSON.stringify({ identity, method, target, headers, body: body?.text }).slice(0, SHOWN_CHARACTERS);
}
