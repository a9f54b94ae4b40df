import { connect } from 'node:net';
import { once } from 'node:events';
import { hostOf, portOf } from '../engine/exchange.ts';

/** Where attacks come from: on Linux a loopback target can be reached from any address of 127.0.0.0/8. */
export class SourceAddresses {
  readonly areMany: boolean;
  #given = 0;

  private constructor(areMany: boolean) {
    this.areMany = areMany;
  }

  static async towards(target: URL): Promise<SourceAddresses> {
    const socket = connect({ host: hostOf(target), port: portOf(target), localAddress: '127.1.0.1' });
    try {
      await once(socket, 'connect');
      return new SourceAddresses(true);
    } catch {
      return new SourceAddresses(false);
    } finally {
      socket.destroy();
    }
  }

  /** One that nobody came from yet in this run; undefined where the system chooses. */
  next(): string | undefined {
    if (!this.areMany) {
      return undefined;
    }
    this.#given += 1;
    const number = this.#given;
    return `127.${2 + Math.floor(number / 62_500)}.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;
  }
}
