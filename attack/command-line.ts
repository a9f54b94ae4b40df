import { parseArgs } from 'node:util';
import { StartFailure } from '../dev/start-failure.ts';
import { isLoopback } from './engine/exchange.ts';
import type { KnownProvider } from './target/known-system.ts';

export interface CommandLine {
  /** Absent: a system that the suite starts itself. */
  readonly target: URL | undefined;
  /** Absent: of the target nothing is known but what it answers to two tokens. */
  readonly provider: KnownProvider | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly allowsInconclusive: boolean;
  /** Only attacks whose id begins so. */
  readonly only: string | undefined;
  readonly isHelp: boolean;
}

export const USAGE = `npm run attack -- [options]

  --target URL             attack this server; without it one is started for it
  --i-may-attack HOSTNAME  needed for every target that is not on this machine
  --issuer URL             the target's issuer is this project's identity provider, and
  --secrets FOLDER         there are its secrets, each a file;
  --allowed-origin ORIGIN  a page that may call the target
  --only P1.4              only attacks whose id begins so
  --json FILE, --html FILE write a report
  --allow-inconclusive     what stays inconclusive is no failure

Without --issuer a target of your own needs two bearer tokens of two tenants, ATTACK_TOKEN_A and ATTACK_TOKEN_B.
Exit status: 0 everything defended, 1 something landed or stayed inconclusive, 2 it could not run.`;

/** @throws StartFailure when an option is unknown, or the target is not to be attacked */
export function readCommandLine(words: readonly string[]): CommandLine {
  const { values } = parsed(words);
  const target = values.target === undefined ? undefined : targetFrom(values.target);
  if (target) {
    assertMayAttack(target, values['i-may-attack']);
  }
  return {
    target,
    provider: providerFrom(values),
    json: values.json,
    html: values.html,
    allowsInconclusive: values['allow-inconclusive'] ?? false,
    only: values.only,
    isHelp: values.help ?? false,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        target: { type: 'string' },
        'i-may-attack': { type: 'string' },
        issuer: { type: 'string' },
        secrets: { type: 'string' },
        'allowed-origin': { type: 'string' },
        only: { type: 'string' },
        json: { type: 'string' },
        html: { type: 'string' },
        'allow-inconclusive': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new StartFailure(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}

function providerFrom(values: ReturnType<typeof parsed>['values']): KnownProvider | undefined {
  const { target, issuer, secrets: secretsFolder, 'allowed-origin': allowedOrigin } = values;
  if (issuer === undefined && secretsFolder === undefined && allowedOrigin === undefined) {
    return undefined;
  }
  if (
    target === undefined ||
    issuer === undefined ||
    secretsFolder === undefined ||
    allowedOrigin === undefined
  ) {
    throw new StartFailure(
      `--issuer, --secrets and --allowed-origin belong together, and to --target.\n\n${USAGE}`,
    );
  }
  return { issuer, secretsFolder, allowedOrigin };
}

function targetFrom(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new StartFailure(`--target is not an http or https URL.\n\n${USAGE}`);
  }
  return url;
}

/** These attacks create, change and flood: against somebody else's server they would be a crime. */
function assertMayAttack({ hostname }: URL, secondWord: string | undefined): void {
  if (isLoopback(hostname) || secondWord === hostname) {
    return;
  }
  throw new StartFailure(
    `${hostname} is not this machine. The attacks create objects, break rules and use limits up: fire them only at a ` +
      `server that is yours to attack, and then say so a second time with --i-may-attack ${hostname}`,
  );
}
