import { setTimeout as delay } from 'node:timers/promises';
import { endedUnexpectedly, type Part } from './parts.ts';
import { StartFailure } from '../start-failure.ts';

const ASK_EVERY_MILLISECONDS = 50;

/** Resolves when `url` answers with success, and rejects when its process ends before. */
export async function untilAnswered(
  url: string,
  part: Part,
  { signal, withinSeconds = 60 }: { signal: AbortSignal; withinSeconds?: number },
): Promise<void> {
  const given = new AbortController();
  const stopAsking = AbortSignal.any([signal, given.signal]);
  const ended = part.ended.then((lines) => {
    throw endedUnexpectedly(part, lines);
  });
  try {
    await Promise.race([ask(url, part, withinSeconds, stopAsking), ended]);
  } finally {
    given.abort();
  }
}

async function ask(url: string, { name }: Part, withinSeconds: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + withinSeconds * 1000;
  while (Date.now() < deadline) {
    const response = await fetch(url, { signal }).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    await delay(ASK_EVERY_MILLISECONDS, undefined, { signal });
  }
  throw new StartFailure(`${name} did not become ready within ${withinSeconds} seconds; its log says why.`);
}
