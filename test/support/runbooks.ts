import { readdirSync, readFileSync } from 'node:fs';

const PLAN = 'docs/incident-response.md';
const FOLDER = 'docs/runbooks';

/** The names of the runbooks, which are those of the alert rules. */
export function runbookNames(): string[] {
  return readdirSync(FOLDER)
    .map((file) => file.replace(/\.md$/, ''))
    .toSorted();
}

export function runbook(name: string): string {
  return readFileSync(`${FOLDER}/${name}.md`, 'utf8');
}

/** Every command line that a document of incident response tells its reader to type, each once. */
export function responseCommands(): string[] {
  const documents = [readFileSync(PLAN, 'utf8'), ...runbookNames().map(runbook)];
  const lines = documents.flatMap(commandsIn);
  return [...new Set(lines)].toSorted();
}

/** The lines of the shell blocks of a document. */
export function commandsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(?<lines>[\s\S]*?)^```/gm)]
    .flatMap(({ groups }) => (groups?.['lines'] ?? '').split('\n'))
    .filter((line) => line.trim() !== '');
}
