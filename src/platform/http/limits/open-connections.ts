import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors/app-error.js';
import { platformErrors } from '../../errors/platform.errors.js';
import type { HttpConfig } from '../http.config.js';

interface Conversation {
  /** Requests that the connection has brought. */
  taken: number;
  /** Those of them that are not answered yet. */
  open: number;
  /** Only its body can still be arriving. */
  latest: IncomingMessage;
}

/**
 * Knows every connection and what is being answered on it. When the server closes, Node ends
 * the connections that are idle between two requests and stops looking at its time limits:
 * whoever has sent half a request would hold the shutdown up until its own limit.
 *
 * It also ends a connection after its last allowed request. Node's own `maxRequestsPerSocket`
 * says that it closes the connection, leaves it open, and answers further requests bare.
 */
export class OpenConnections {
  /** By the caller's address and port, which a TLS connection shares with the TCP one below it. */
  private readonly sockets = new Map<string, Socket>();
  private readonly conversations = new WeakMap<Socket, Conversation>();
  private isClosing = false;
  private whenEmpty: () => void = () => undefined;

  constructor(private readonly config: HttpConfig) {}

  watch(fastify: FastifyInstance, server: Server): void {
    server.on('connection', (socket: Socket) => this.add(socket));
    server.on('secureConnection', (socket: Socket) => this.add(socket));
    fastify.addHook('onRequest', ({ raw }, reply, done) => {
      const { taken } = this.begin(raw);
      const { maxRequestsPerConnection } = this.config;
      if (taken >= maxRequestsPerConnection) {
        reply.header('connection', 'close');
      }
      // Whoever sends ahead does not get an answer any more, so that nothing may be done either.
      done(taken > maxRequestsPerConnection ? new AppError(platformErrors.unavailable) : undefined);
    });
    fastify.addHook('onResponse', ({ raw }, _reply, done) => {
      const conversation = this.conversations.get(raw.socket);
      if (conversation) {
        conversation.open -= 1;
      }
      done();
    });
    fastify.addHook('preClose', async () => {
      await this.drain(server);
      this.isClosing = true;
      this.end((conversation) => !conversation?.open);
      // A body that is still arriving gets the time that it would have had, and no more.
      const endUploads = (): void => this.end((conversation) => conversation?.latest.complete === false);
      setTimeout(endUploads, this.config.requestTimeoutSeconds * 1000).unref();
    });
  }

  /**
   * First nobody can connect any more, which a proxy notices before it has sent anything. Connections that it keeps
   * get one more answer each, which says that it is the last: closed at once, they would meet requests that are on their
   * way, and a proxy may not send a `POST` again.
   */
  private async drain(server: Server): Promise<void> {
    // The close of an HTTP server also ends its idle connections.
    NetServer.prototype.close.call(server);
    if (this.sockets.size > 0) {
      await new Promise<void>((resolve) => {
        this.whenEmpty = resolve;
        setTimeout(resolve, this.config.drainSeconds * 1000).unref();
      });
    }
  }

  private add(socket: Socket): void {
    if (this.isClosing) {
      socket.destroy();
      return;
    }
    const key = `${socket.remoteAddress} ${socket.remotePort}`;
    this.sockets.set(key, socket);
    socket.once('close', () => {
      if (this.sockets.get(key) === socket) {
        this.sockets.delete(key);
      }
      if (this.sockets.size === 0) {
        this.whenEmpty();
      }
    });
  }

  private begin(request: IncomingMessage): Conversation {
    const conversation = this.conversations.get(request.socket) ?? { taken: 0, open: 0, latest: request };
    conversation.taken += 1;
    if (request.headers.upgrade !== undefined) {
      // Node ignores the wish, and with it whatever else came in the same packet: what follows
      // would be read from the middle of another request.
      conversation.taken = Math.max(conversation.taken, this.config.maxRequestsPerConnection);
    }
    conversation.open += 1;
    conversation.latest = request;
    this.conversations.set(request.socket, conversation);
    return conversation;
  }

  private end(isHopeless: (conversation: Conversation | undefined) => boolean): void {
    for (const socket of this.sockets.values()) {
      if (isHopeless(this.conversations.get(socket))) {
        socket.destroySoon();
      }
    }
  }
}
