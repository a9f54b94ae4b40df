import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import type { Certificate } from './certificates.js';

/** A server that speaks TLS with some certificate, and hands on to another one what reaches it. */
export interface TlsFront {
  readonly url: string;
  /** The headers of every request that somebody entrusted to it. */
  readonly received: readonly IncomingHttpHeaders[];
  stop(): Promise<void>;
}

/** @param target origin of the server behind it */
export async function startTlsFront(
  { certificate, privateKey }: Certificate,
  target: string,
): Promise<TlsFront> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    void (async () => {
      received.push(request.headers);
      const { method = 'GET', url = '/', headers } = request;
      const handed = Object.entries(headers).filter(([name]) =>
        /^(content-type|authorization|x-)/.test(name),
      );
      const answer = await fetch(target + url, {
        method,
        headers: handed as [string, string][],
        ...(method === 'GET' ? {} : { body: await buffer(request) }),
      });
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    received,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** While `work` runs, this process trusts an authority beside its own ones, as with NODE_EXTRA_CA_CERTS. */
export async function whileTrusting<T>(authority: string, work: () => Promise<T>): Promise<T> {
  const defaults = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...defaults, authority]);
  try {
    return await work();
  } finally {
    tls.setDefaultCACertificates(defaults);
  }
}
