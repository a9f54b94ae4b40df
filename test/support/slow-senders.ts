import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection that says a beginning, and then drips byte after byte so that it never looks idle. */
export class SlowSender {
  private received = '';
  private readonly timer: NodeJS.Timeout;
  /** What came back, once the server has closed the connection. */
  readonly end: Promise<string>;

  constructor(
    private readonly socket: Socket,
    beginning: string,
    drip: string,
  ) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (this.received += chunk));
    socket.on('error', () => undefined);
    socket.write(beginning);
    this.timer = setInterval(() => socket.writable && socket.write(drip), 100);
    this.end = new Promise((resolve) => {
      socket.once('close', () => {
        clearInterval(this.timer);
        resolve(this.received);
      });
    });
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
