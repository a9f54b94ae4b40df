import { createHash } from 'node:crypto';
import { reference, type Components, type Operation, type Response } from '../open-api.js';

const DIGEST_LENGTH = 6;
const FIRST_ERROR = 400;

/** Failures are alike on most routes: each kind is written once, and the operations refer to it. */
export class SharedResponses {
  private readonly shared = new Map<string, Response>();

  get all(): NonNullable<Components['responses']> {
    const names = [...this.shared].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(names);
  }

  share(responses: Readonly<Record<string, Response>>): Operation['responses'] {
    return Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        Number(status) < FIRST_ERROR ? response : this.referTo(status, response),
      ]),
    );
  }

  /** By what it says, so that a new kind of failure leaves the names of the others as they are. */
  private referTo(status: string, response: Response): { $ref: string } {
    const text = JSON.stringify(response);
    const name = `${status}-${createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH)}`;
    if (JSON.stringify(this.shared.get(name) ?? response) !== text) {
      throw new Error(`two responses are called ${name}: make the digest longer`);
    }
    this.shared.set(name, response);
    return reference('responses', name);
  }
}
