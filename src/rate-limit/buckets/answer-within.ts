/**
 * The answer, if it comes in time. When the time is over, what has already arrived is still
 * read: after a pause of our own (a collection of garbage, a busy core) timers run before
 * sockets, and a server that has answered long ago would seem to be silent.
 *
 * @throws Error when there is no answer after `milliseconds`
 */
export function answerWithin<Answer>(answer: Promise<Answer>, milliseconds: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${milliseconds} ms`));
    const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
