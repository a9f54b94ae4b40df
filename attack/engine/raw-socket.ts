import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostOf, isLoopback, portOf, type Route } from './exchange.ts';

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

function open({ target, sourceAddress }: Route, onOpen: () => void): Socket {
  const place = {
    host: hostOf(target),
    port: portOf(target),
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
  };
  return target.protocol === 'https:'
    ? connectTls({ ...place, rejectUnauthorized: !isLoopback(target.hostname) }, onOpen)
    : connectPlain(place, onOpen);
}

/** The status of each answer in what came back over one connection. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((match) => Number(match[1]));
}
