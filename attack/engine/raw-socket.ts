import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Answer } from './answer.ts';
import { placeOf, type Route } from './exchange.ts';

export interface RawOptions {
  /** After so long without the end of the connection what has come is the answer. */
  readonly waitMilliseconds?: number;
}

const WAIT_MILLISECONDS = 1500;

/** Sends bytes as they are, and returns what comes back. */
export function sendRaw(bytes: string | Buffer, route: Route, options: RawOptions = {}): Promise<string> {
  const { waitMilliseconds = WAIT_MILLISECONDS } = options;
  return new Promise((resolve) => {
    let answer = '';
    const socket = open(route, () => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    });
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, waitMilliseconds);
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', finish);
    // A connection that is cut off is an answer, too.
    socket.on('error', finish);
  });
}

function open(route: Route, onOpen: () => void): Socket {
  const place = placeOf(route);
  return route.target.protocol === 'https:' ? connectTls(place, onOpen) : connectPlain(place, onOpen);
}

/** Each answer in what came back over one connection; when it was cut off, one with the status 0. */
export function answersIn(text: string): Answer[] {
  const [first = 0, ...others] = statusesIn(text);
  const retryAfter = /^retry-after: (\d+)/im.exec(text)?.[1];
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return [
    new Answer({ status: first, headers, text }),
    ...others.map((status) => new Answer({ status, headers: {}, text })),
  ];
}

/** The status of each answer in what came back over one connection. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((match) => Number(match[1]));
}
