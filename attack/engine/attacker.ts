import { setTimeout as delay } from 'node:timers/promises';
import type { SourceAddresses } from '../target/source-addresses.ts';
import { Answer } from './answer.ts';
import { exchange, type Outgoing } from './exchange.ts';
import { Inconclusive } from './inconclusive.ts';
import { sendRaw, answersIn, type RawOptions } from './raw-socket.ts';

const LONGEST_WAIT_SECONDS = 5;
/** Where all attacks come from one address, others may be there first each time when the time has come. */
const PATIENCE_SECONDS = 60;

type Addresses = Pick<SourceAddresses, 'areMany' | 'next'>;

/** How a request proves who sends it. */
export interface Credential {
  readonly token?: string | undefined;
  readonly key?: string | undefined;
  readonly cookie?: string | undefined;
}

export interface Call extends Outgoing, Credential {
  readonly json?: unknown;
}

/** One attacker at one place of the network, and everything that the target answered. */
export class Attacker {
  readonly answers: Answer[] = [];
  readonly #target: URL;
  readonly #addresses: Addresses;
  #expectsLimits = false;
  #sourceAddress: string | undefined;

  constructor(target: URL, addresses: Addresses) {
    this.#target = target;
    this.#addresses = addresses;
    this.#sourceAddress = addresses.next();
  }

  /** From another address of this machine, if it has several: whatever counts addresses begins anew. */
  move(): void {
    this.#sourceAddress = this.#addresses.next();
  }

  /** From now on a limit is what is attacked. */
  expectLimits(): void {
    this.#expectsLimits = true;
  }

  /**
   * @throws Inconclusive when a limit stands before what is attacked; it is waited for, if that takes not
   * long, and walked round where addresses are to be had
   */
  async send(call: Call): Promise<Answer> {
    return this.#pastLimits(() => this.#sendOnce(call));
  }

  /** Bytes as they are; the answers are noted, too. @throws as `send` does */
  async raw(bytes: string | Buffer, options: RawOptions = {}): Promise<string> {
    const { text } = await this.#pastLimits(async () => {
      const answers = answersIn(await sendRaw(bytes, this.#route, options));
      this.answers.push(...answers.filter(({ status }) => status !== 0));
      return answers[0] as Answer;
    });
    return text;
  }

  /** `host:port`, as it stands in an ordinary request. */
  get host(): string {
    return this.#target.host;
  }

  get #route() {
    return { target: this.#target, sourceAddress: this.#sourceAddress };
  }

  async #sendOnce({ token, key, cookie, json, ...outgoing }: Call): Promise<Answer> {
    const headers = {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...outgoing.headers,
    };
    const body = json === undefined ? outgoing.body : JSON.stringify(json);
    const answer = await exchange(
      { ...outgoing, headers, ...(body === undefined ? {} : { body }) },
      this.#route,
    );
    this.answers.push(answer);
    return answer;
  }

  async #pastLimits(send: () => Promise<Answer>): Promise<Answer> {
    const patience = this.#addresses.areMany ? 0 : PATIENCE_SECONDS * 1000;
    const startedAt = performance.now();
    let answer = await send();
    for (let waited = 0; answer.status === 429 && !this.#expectsLimits; waited += 1) {
      if (waited > 0 && performance.now() - startedAt > patience) {
        throw new Inconclusive('a rate limit stands before it (429)');
      }
      await this.#outwait(answer);
      answer = await send();
    }
    return answer;
  }

  async #outwait(answer: Answer): Promise<void> {
    if (this.#addresses.areMany) {
      this.move();
      return;
    }
    const seconds = Number(answer.header('retry-after') || LONGEST_WAIT_SECONDS);
    if (seconds > LONGEST_WAIT_SECONDS) {
      throw new Inconclusive(`a rate limit stands before it (429, for ${seconds} seconds)`);
    }
    await delay(seconds * 1000);
  }
}
