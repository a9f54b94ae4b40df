import { startIdentityProvider, type IdentityProviderOptions } from './identity-provider.ts';

/*
 * The provider as a process of its own. Its options come over the channel to its starter, so
 * that no secret stands in an environment or a command line.
 */
process.once('message', (options: IdentityProviderOptions) => {
  void run(options);
});
// Until the options are there, the channel is all that keeps this process alive.
process.channel?.ref();

async function run(options: IdentityProviderOptions): Promise<void> {
  const provider = await startIdentityProvider(options);
  process.once('SIGTERM', () => {
    void provider.stop().then(() => process.exit(0));
  });
}
