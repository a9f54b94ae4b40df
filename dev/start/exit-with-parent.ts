/*
 * Preloaded into every process that a start consists of. When the starter is killed with -9
 * nobody sends a signal, but the channel to it breaks: then the process asks itself to stop,
 * the way an operator would. The application knows nothing of this.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone is no reason to go on living.
process.channel?.unref();
