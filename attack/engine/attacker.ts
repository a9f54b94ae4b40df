import { setTimeout as delay } from 'node:timers/promises';
import type { SourceAddresses } from '../target/source-addresses.ts';
import { Answer } from './answer.ts';
import { exchange, type Outgoing } from './exchange.ts';
import { Inconclusive } from './inconclusive.ts';
import { sendRaw, statusesIn, type RawOptions } from './raw-socket.ts';

const LONGEST_WAIT_SECONDS = 5;

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
  readonly #addresses: SourceAddresses;
  readonly #mayBeLimited: boolean;
  #sourceAddress: string | undefined;

  constructor(target: URL, addresses: SourceAddresses, options: { mayBeLimited?: boolean } = {}) {
    this.#target = target;
    this.#addresses = addresses;
    this.#mayBeLimited = options.mayBeLimited ?? false;
    this.#sourceAddress = addresses.next();
  }

  /** From another address of this machine, if it has several: whatever counts addresses begins anew. */
  move(): void {
    this.#sourceAddress = this.#addresses.next();
  }

  /**
   * @throws Inconclusive when a limit stands before what is attacked; it is waited for once, if that
   * takes not long, and walked round where addresses are to be had
   */
  async send(call: Call): Promise<Answer> {
    const answer = await this.#sendOnce(call);
    if (answer.status !== 429 || this.#mayBeLimited) {
      return answer;
    }
    await this.#outwait(answer);
    const second = await this.#sendOnce(call);
    if (second.status === 429) {
      throw new Inconclusive('a rate limit stands before it (429)');
    }
    return second;
  }

  /** Bytes as they are; the answers are noted, too. */
  async raw(bytes: string | Buffer, options: RawOptions = {}): Promise<string> {
    const text = await sendRaw(bytes, this.#route, options);
    for (const status of statusesIn(text)) {
      this.answers.push(new Answer({ status, headers: {}, text }));
    }
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
