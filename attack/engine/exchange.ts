import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Answer } from './answer.ts';

const TIMEOUT_MILLISECONDS = 25_000;
/** Of a body nothing more is kept: an export can be long. */
const MAX_KEPT_CHARACTERS = 2_000_000;

export interface Outgoing {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Route {
  readonly target: URL;
  /** Of this machine, from which the connection comes; absent: the system chooses. */
  readonly sourceAddress?: string | undefined;
}

/** One request on a connection of its own; redirects are answers like any other. */
export function exchange(outgoing: Outgoing, { target, sourceAddress }: Route): Promise<Answer> {
  const startedAt = performance.now();
  const options: RequestOptions & ReturnType<typeof placeOf> = {
    ...placeOf({ target, sourceAddress }),
    method: outgoing.method ?? 'GET',
    path: outgoing.path,
    headers: headersOf(outgoing),
    agent: false,
    timeout: TIMEOUT_MILLISECONDS,
  };
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = send(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += text.length < MAX_KEPT_CHARACTERS ? chunk : '';
      });
      const finish = (): void => {
        const { statusCode: status = 0, headers } = response;
        resolve(new Answer({ status, headers, text, milliseconds: performance.now() - startedAt }));
      };
      response.on('end', finish);
      response.on('error', finish);
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', (error: NodeJS.ErrnoException) => {
      const isCutOff = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      return isCutOff ? resolve(new Answer({ status: 0, headers: {}, text: '' })) : reject(error);
    });
    call.end(outgoing.body);
  });
}

function headersOf({ headers, body }: Outgoing): Record<string, string | string[]> {
  const own = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return { ...length, ...(Object.fromEntries(own) as Record<string, string | string[]>) };
}

/**
 * Where a connection leads, and whom it asks for in a TLS handshake. Node would name nobody, or whoever stands in the
 * Host header: a proxy refuses that before it has seen what is attacked.
 */
export function placeOf({ target, sourceAddress }: Route) {
  const host = hostOf(target);
  return {
    host,
    port: portOf(target),
    servername: isIP(host) === 0 ? host : '',
    // A certificate that a machine gave to itself is no reason not to attack that machine.
    rejectUnauthorized: !isLoopback(target.hostname),
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
  };
}

/** What a socket takes: an IPv6 address stands in brackets only inside a URL. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** A URL leaves out the port that its scheme implies. */
export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname);
}
