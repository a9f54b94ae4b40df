import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Certificate } from './certificates.js';

const DOCUMENTS = path.resolve(import.meta.dirname, '../../docs/openapi');

const ANY_TLS = { minVersion: 'TLSv1', ciphers: 'ALL:COMPLEMENTOFALL:@SECLEVEL=0' } as const;

type Row = Record<string, unknown>;

/**
 * An API with the published documents and none of the defences: it believes every credential, and the
 * absence of one, knows no tenant, stores what it is sent, answers every origin, and explains its failures.
 */
export class CarelessServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, scheme: string) {
    this.#server = server;
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param certificate with it: TLS, as old and as weak as a client wants it */
  static async start(certificate?: Certificate): Promise<CarelessServer> {
    const rows = new Map<string, Row>();
    const listener: RequestListener = (request, response) => {
      answer(request, response, rows).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String((error as Error).stack));
      });
    };
    const server = certificate
      ? createTlsServer({ ...ANY_TLS, cert: certificate.certificate, key: certificate.privateKey }, listener)
      : createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CarelessServer(server, certificate ? 'https' : 'http');
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
