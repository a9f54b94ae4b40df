import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { request, type Agent } from 'node:https';
import { connect, type ConnectionOptions } from 'node:tls';

/** What two parties agreed on. */
export interface Handshake {
  readonly protocol: string | null;
  readonly suite: string;
  readonly fingerprint: string;
  /** For a next connection that wants to go on with this one's keys (TLS 1.2). */
  readonly session: Buffer | undefined;
  readonly isResumed: boolean;
}

/** Connects as a client with these options. @throws whatever the server or the client refuses */
export async function handshake(url: string, options: ConnectionOptions): Promise<Handshake> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ...options });
  try {
    await once(socket, 'secureConnect');
    return {
      protocol: socket.getProtocol(),
      suite: socket.getCipher().name,
      fingerprint: socket.getPeerCertificate().fingerprint256,
      session: socket.getSession(),
      isResumed: socket.isSessionReused(),
    };
  } finally {
    socket.destroy();
  }
}

export interface TlsResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TlsRequest {
  /** The authority that the client trusts, PEM. */
  readonly ca: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

/** A GET over TLS with an authority of the test's own, which fetch cannot be given. */
export function getTls(url: string, { ca, headers = {}, agent }: TlsRequest): Promise<TlsResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca, headers, ...(agent ? { agent } : {}) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
