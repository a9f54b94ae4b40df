import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const DOCUMENTS = path.resolve(import.meta.dirname, '../../docs/openapi');

type Row = Record<string, unknown>;

/**
 * An API with the published documents and none of the defences: it believes every credential, and the
 * absence of one, knows no tenant, stores what it is sent, answers every origin, and explains its failures.
 */
export class CarelessServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<CarelessServer> {
    const rows = new Map<string, Row>();
    const server = createServer((request, response) => {
      answer(request, response, rows).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String((error as Error).stack));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CarelessServer(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  rows: Map<string, Row>,
): Promise<void> {
  const [target = '/'] = (request.url ?? '/').split('?');
  response.setHeader('server', 'CarelessServer/1.0');
  response.setHeader('x-powered-by', 'habit');
  response.setHeader('x-request-id', request.headers['x-request-id'] ?? 'none');
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  const document = /^\/openapi\/(v\d+\.json)$/.exec(target)?.[1];
  if (document !== undefined) {
    send(response, 200, await readFile(path.join(DOCUMENTS, document), 'utf8').catch(() => '{}'));
    return;
  }
  const sent: unknown = JSON.parse((await text(request)) || '{}');
  const body = typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Row) : {};
  const [status, content] = handle(request.method ?? 'GET', target, body, rows);
  send(response, status, JSON.stringify(content));
}

function handle(method: string, target: string, body: Row, rows: Map<string, Row>): [number, unknown] {
  const id = /\/([\w-]{36})$/.exec(target)?.[1];
  if (method === 'POST') {
    const isLong = JSON.stringify(body).length > 2000;
    const row = { id: randomUUID(), key: `made_${randomUUID()}`, ...(isLong ? {} : body) };
    rows.set(row.id, row);
    return [201, row];
  }
  if (id === undefined) {
    return [200, { data: [...rows.values()].slice(-20), nextCursor: null }];
  }
  const row = rows.get(id);
  if (!row) {
    return [404, { code: 'not_found' }];
  }
  Object.assign(row, JSON.stringify(body).length > 2000 ? {} : body);
  if (method === 'DELETE') {
    rows.delete(id);
  }
  return [200, row];
}

function send(response: ServerResponse, status: number, content: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(content);
}
