import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { FuzzRequest } from './requests.js';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends it byte by byte as it was written: no redirect is followed and no address made tidy. */
export function send(
  url: string,
  agent: Agent,
  fuzzed: FuzzRequest,
  headers: Record<string, string>,
): Promise<FuzzAnswer> {
  const { host, hostname, port } = new URL(url);
  const { method, target: path, body } = fuzzed;
  const bytes = body === undefined ? undefined : Buffer.from(body.text, body.encoding);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, agent, headers: headersOf(fuzzed, bytes, host, headers) },
      (answer) => {
        buffer(answer).then(
          (content) =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: content.toString() }),
          reject,
        );
      },
    );
    sent.once('error', reject);
    sent.end(bytes);
  });
}

/** A list of pairs, since a record would keep only one of each name; Node adds neither host nor length to it. */
function headersOf(
  fuzzed: FuzzRequest,
  bytes: Buffer | undefined,
  host: string,
  others: Record<string, string>,
): string[] {
  const isBodyless = bytes === undefined && !['POST', 'PUT', 'PATCH'].includes(fuzzed.method);
  const length: [string, string][] = isBodyless ? [] : [['Content-Length', String(bytes?.length ?? 0)]];
  return [['Host', host], ...Object.entries(others), ...fuzzed.headers, ...length].flat();
}
