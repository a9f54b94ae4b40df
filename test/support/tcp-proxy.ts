import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and can let connections fall silent, as a lost host does. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Where new connections lead. */
    public targetUrl: string,
  ) {}

  static async start(targetUrl: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, targetUrl);
    server.on('connection', (client) => {
      const { hostname, port } = new URL(proxy.targetUrl);
      const target = connect(Number(port), hostname);
      for (const [socket, other] of [
        [client, target],
        [target, client],
      ] as const) {
        proxy.sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          proxy.sockets.delete(socket);
          other.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing passes on the connections that are open now, and none is closed; new ones pass. */
  fallSilent(): void {
    this.sockets.forEach((socket) => {
      socket.unpipe();
      socket.pause();
    });
  }

  async stop(): Promise<void> {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await once(this.server, 'close');
  }
}
