/*
 * Preloaded into every server that is measured: it says how much processor time and memory the process has
 * used, over the channel to its parent. It is no part of the application, which knows nothing of it.
 */

export interface Usage {
  /** Of all threads, since the process began. */
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
}

process.on('message', (question) => {
  if (question === 'usage') {
    const { user, system } = process.cpuUsage();
    const usage: Usage = { cpuMicroseconds: user + system, residentBytes: process.memoryUsage.rss() };
    process.send?.(usage);
  }
});
// A server must not outlive whoever measures it.
process.once('disconnect', () => process.exit());
process.channel?.unref();
