import pino, { type DestinationStream } from 'pino';

/** Where the JSON lines go. Tests provide their own, to read every line back. */
export type LogDestination = DestinationStream;

export const LogDestination = Symbol('LogDestination');

/** Standard output, written at once: a line that waits in memory is lost in a crash. */
export function standardOutput(): LogDestination {
  return pino.destination({ fd: process.stdout.fd, sync: true });
}
