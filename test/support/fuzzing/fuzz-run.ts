import { Agent } from 'node:http';
import type { Document } from '../../../src/api-docs/open-api.js';
import type { Judge } from '../conformance/answer-faults.js';
import { createJudge } from '../conformance/create-judge.js';
import { brokenRules } from './answer-rules.js';
import type { Credentials } from './credentials.js';
import { KnownValues } from './known-values.js';
import type { FuzzedOperation } from './operations.js';
import type { FuzzRequest } from './requests.js';
import { send } from './send.js';

/** Sends one request after the other, and remembers what the answers have shown. */
export class FuzzRun {
  /** How often each status was the answer. */
  readonly statuses = new Map<number, number>();
  private readonly served = new Set<string>();
  private readonly judges: ReadonlyMap<Document, Judge>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly known: KnownValues;

  constructor(
    private readonly url: string,
    documents: readonly Document[],
    private readonly credentials: Credentials,
  ) {
    this.judges = new Map(documents.map((document) => [document, createJudge(document)]));
    this.known = new KnownValues(async (path) => {
      const headers = await credentials.of('administrator');
      return (await fetch(`${url}${path}`, { headers })).json();
    });
  }

  /** Whether a request to it has had success. */
  hasServed(operation: FuzzedOperation): boolean {
    return this.served.has(nameOf(operation));
  }

  /** @returns every rule that the answer breaks, and where */
  async faultsOfSending(request: FuzzRequest): Promise<string[]> {
    const { method, operation, identity } = request;
    const filled = { ...request, target: await this.known.fill(request.target) };
    const headers = await this.credentials.of(identity);
    const ask = () => send(this.url, this.agent, filled, headers);
    // Who still sends a body that nobody reads may lose the answer; a request that ends the server does so again.
    const { status, ...answer } = await ask().catch(ask);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status < 400 && method === operation.method) {
      this.served.add(nameOf(operation));
    }
    this.credentials.learn(request, status);
    this.known.learn(filled.target, status, answer.text);
    const judge = this.judges.get(operation.document);
    const broken = judge ? brokenRules(filled, { status, ...answer }, judge) : [];
    return broken.map((rule) => `${method} ${operation.path} ${status}: ${rule}`);
  }

  end(): void {
    this.agent.destroy();
  }
}

export function nameOf({ method, path }: FuzzedOperation): string {
  return `${method} ${path}`;
}
