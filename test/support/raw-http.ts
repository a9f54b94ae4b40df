import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Sends bytes as they are and returns everything that comes back until the server closes. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  const { protocol, hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const place = { port: Number(port), host: hostname };
    const send = (): boolean => socket.write(bytes);
    const socket: Socket =
      protocol === 'https:' ? connectTls({ ...place, servername: hostname }, send) : connect(place, send);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
