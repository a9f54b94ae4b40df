import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';

/** One connection that says a beginning, and then drips byte after byte so that it never looks idle. */
export class SlowSender {
  private received = '';
  /** What came back, once the server has closed the connection. */
  readonly end: Promise<string>;

  constructor(
    private readonly socket: Socket,
    beginning: string,
    private readonly drip: string,
  ) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (this.received += chunk));
    socket.on('error', () => undefined);
    socket.write(beginning);
    this.end = new Promise((resolve) => socket.once('close', () => resolve(this.received)));
    void this.goOn();
  }

  private async goOn(): Promise<void> {
    while (this.isOpen) {
      await delay(100);
      // An answer that has come is read before the next byte finds the connection closed.
      await setImmediate();
      if (this.socket.writable) {
        this.socket.write(this.drip);
      }
    }
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  stop(): Promise<string> {
    this.socket.destroy();
    return this.end;
  }
}

export async function slowSenders(
  url: string,
  count: number,
  beginning: string,
  drip: string,
): Promise<SlowSender[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      return new SlowSender(socket, beginning, drip);
    }),
  );
}
