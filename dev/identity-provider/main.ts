import { startIdentityProvider, type IdentityProviderOptions } from './identity-provider.ts';

/*
 * The provider as a process of its own. Its options come over the channel to its starter, so
 * that no secret stands in an environment or a command line.
 */
process.once('message', (options: IdentityProviderOptions) => {
  void run(options);
});

async function run(options: IdentityProviderOptions): Promise<void> {
  const provider = await startIdentityProvider(options);
  const stop = async (): Promise<void> => {
    await provider.stop();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  // Whoever started it was killed: it must not stay behind.
  process.once('disconnect', () => void stop());
  process.send?.({ ready: true });
}
