const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes a Ctrl-C on that the terminal has already delivered: the same wish, heard twice. */
const SAME_WISH_MILLISECONDS = 1000;

/**
 * Aborts on the first request to stop. Whoever asks again because it takes too long gets
 * `onImpatience`.
 */
export function listenForStop(onImpatience: () => void): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = Date.now();
      if (firstAt === undefined) {
        firstAt = now;
        controller.abort();
      } else if (now - firstAt > SAME_WISH_MILLISECONDS) {
        onImpatience();
      }
    });
  }
  return controller.signal;
}
