import { writeFile } from 'node:fs/promises';
import { StartFailure } from '../dev/start-failure.ts';
import { attackGroups } from './catalog/catalog.ts';
import { type CommandLine, readCommandLine, USAGE } from './command-line.ts';
import type { Result } from './engine/attack.ts';
import { runGroup } from './engine/run-attacks.ts';
import { htmlReport } from './report/html-report.ts';
import { exitStatusOf, type Report, reportOf, totalsOf } from './report/report.ts';
import { groupLine, textReport } from './report/text-report.ts';
import { knownSystem } from './target/known-system.ts';
import { OwnSystem } from './target/own-system.ts';
import { survey, tokensOf } from './target/survey.ts';
import { tidy } from './target/tidy.ts';
import type { World } from './target/world.ts';

/*
 * npm run attack: fires every attack at a running server and says which of them landed.
 */
const COULD_NOT_RUN = 2;

try {
  const command = readCommandLine(process.argv.slice(2));
  process.exitCode = command.isHelp ? help() : await attack(command);
} catch (error) {
  const isExplained = error instanceof StartFailure;
  process.stderr.write(`${isExplained ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = COULD_NOT_RUN;
}

function help(): number {
  say(USAGE);
  return 0;
}

async function attack(command: CommandLine): Promise<number> {
  const own = command.target ? undefined : await startOwn();
  try {
    const target = command.target ?? (own as OwnSystem).target;
    const system = own ?? (command.provider && knownSystem(target, command.provider));
    const world = await survey(target, system ? await tokensOf(system) : tokensFromEnvironment(), system);
    const report = await runAll(world, command);
    await write(report, command);
    say(`\n${textReport(report)}`);
    return exitStatusOf(report, command.allowsInconclusive);
  } finally {
    await own?.stop();
  }
}

async function startOwn(): Promise<OwnSystem> {
  say('Starting a system to attack…');
  const system = await OwnSystem.start();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void system.stop().then(() => process.exit(COULD_NOT_RUN)));
  }
  return system;
}

function tokensFromEnvironment(): { a: string; b: string } {
  const [a, b] = [process.env['ATTACK_TOKEN_A'], process.env['ATTACK_TOKEN_B']];
  if (!a || !b) {
    throw new StartFailure(
      'Put bearer tokens of two callers of two tenants into ATTACK_TOKEN_A and ATTACK_TOKEN_B; that of A should be ' +
        'allowed to read and write.',
    );
  }
  return { a, b };
}

async function runAll(world: World, { only = '' }: CommandLine): Promise<Report> {
  const startedAt = new Date();
  const results: Result[] = [];
  for (const { practice, attacks } of attackGroups(world)) {
    const chosen = attacks.filter(({ id }) => id.startsWith(only));
    if (chosen.length > 0) {
      const groupStartedAt = performance.now();
      const found = await runGroup({ practice, attacks: chosen }, world);
      results.push(...found);
      await tidy(world);
      say(groupLine({ practice, totals: totalsOf(found) }, (performance.now() - groupStartedAt) / 1000));
    }
  }
  return reportOf(world.target, startedAt, results);
}

async function write(report: Report, { json, html }: CommandLine): Promise<void> {
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (html !== undefined) {
    await writeFile(html, htmlReport(report));
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
