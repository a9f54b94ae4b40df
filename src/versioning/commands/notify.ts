import { parseArgs } from 'node:util';
import { runCommand } from '../../database/commands/run-command.js';
import { withClient } from '../../database/connection/with-client.js';
import { SystemClock } from '../../platform/clock/system-clock.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { ApiVersions } from '../api-versions.js';
import { ConsoleTransport } from '../../platform/mail/console-transport.js';
import { FileTransport } from '../../platform/mail/file-transport.js';
import type { MailTransport } from '../../platform/mail/mail-transport.js';
import { smtpOptions } from '../../platform/mail/smtp-options.js';
import { SmtpTransport } from '../../platform/mail/smtp-transport.js';
import { NoticeClaims } from '../notices/notice-claims.js';
import { describeReport, isComplete } from '../notices/notice-report.js';
import { NoticeRun } from '../notices/notice-run.js';
import { DeprecatedCallers } from '../notices/deprecated-callers.js';
import { SqlNoticeContacts } from '../notices/sql-notice-contacts.js';
import { VersioningConfig } from '../versioning.config.js';
import { NoticesConfig } from './notices.config.js';

const USAGE = 'usage: npm run deprecations:notify -- [--dry-run] [--retry-uncertain]';

/** Ends after the mail under way; a second signal ends at once, and may leave one of which nobody knows. */
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isStopped = true;
    process.stderr.write('Stopping after the mail under way.\n');
  });
}

/*
 * Ends with 0 when everything that is due was sent, also when there are clients for whom nobody can be
 * told; with 1 for notices that were refused or are uncertain, and for every other failure.
 */
await runCommand([NoticesConfig, VersioningConfig, RuntimeConfig], async (config, versioning, runtime) => {
  const { isDryRun, retriesUncertain } = readArguments();
  const transport = transportOf(config, runtime);
  const clock = new SystemClock();
  return withClient(config.databaseUrl, async (client) => {
    const parts = {
      versions: new ApiVersions(versioning, clock),
      callers: new DeprecatedCallers(client),
      contacts: new SqlNoticeContacts(client),
      claims: new NoticeClaims(client, clock),
      transport,
      clock,
    };
    const { from, publicOrigin } = config;
    const options = { from, publicOrigin, isDryRun, retriesUncertain, isStopped: () => isStopped };
    const report = await new NoticeRun(parts, options).run();
    if (!isDryRun && !isComplete(report)) {
      throw new Error(describeReport(report));
    }
    return describeReport(report);
  });
});

function transportOf(
  { transport, smtpUrl = '', folder = '' }: NoticesConfig,
  runtime: RuntimeConfig,
): MailTransport {
  if (transport === 'smtp') {
    return new SmtpTransport(smtpOptions(smtpUrl, { isProduction: runtime.environment === 'production' }));
  }
  return transport === 'file' ? new FileTransport(folder) : new ConsoleTransport();
}

/** What is misspelt is refused: a dry run that was not one cannot be taken back. */
function readArguments(): { isDryRun: boolean; retriesUncertain: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        'dry-run': { type: 'boolean', default: false },
        'retry-uncertain': { type: 'boolean', default: false },
      },
    });
    return { isDryRun: values['dry-run'], retriesUncertain: values['retry-uncertain'] };
  } catch {
    throw new Error(USAGE);
  }
}
