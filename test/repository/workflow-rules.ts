import { parse } from 'yaml';

/*
 * What a workflow of GitHub Actions may not do. Each fault is a sentence, so that a test can
 * give a workflow that commits it.
 */

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: unknown;
  readonly uses?: unknown;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly uses?: unknown;
  readonly run?: unknown;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on?: unknown;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

/** Events that run with the rights of the repository on what a stranger has written. */
const TRUSTING_EVENTS = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** Rights to write that a job may have, where its file says what for. */
const WRITABLE = ['security-events'];

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** The version beside the hash, for whoever reads it and for whatever updates it. */
const PINNED_LINE = /^\s*(- )?uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

export function workflowFaults(text: string, scripts: ReadonlySet<string>): string[] {
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs ?? {});
  return [
    ...eventsOf(workflow)
      .filter((event) => TRUSTING_EVENTS.includes(event))
      .map((event) => `it runs on ${event}`),
    ...(isReadOnly(workflow.permissions) ? [] : ['its permissions at the top are not contents: read alone']),
    ...(workflow.concurrency === undefined ? ['it has no concurrency group'] : []),
    ...(jobs.length === 0 ? ['it has no jobs'] : []),
    ...jobs.flatMap(([name, job]) => jobFaults(job, text, scripts).map((fault) => `${name}: ${fault}`)),
  ];
}

function eventsOf({ on }: Workflow): string[] {
  if (typeof on === 'string') {
    return [on];
  }
  return Array.isArray(on) ? on.map(String) : Object.keys(on ?? {});
}

function isReadOnly(permissions: unknown): boolean {
  return JSON.stringify(permissions) === JSON.stringify({ contents: 'read' });
}

function jobFaults(job: Job, text: string, scripts: ReadonlySet<string>): string[] {
  return [
    ...permissionFaults(job.permissions, text),
    ...(typeof job['timeout-minutes'] === 'number' ? [] : ['it has no timeout']),
    ...(job.uses === undefined ? [] : ['it takes its steps from another workflow']),
    ...(job.steps ?? []).flatMap((step) => [...useFaults(step, text), ...runFaults(step, scripts)]),
  ];
}

/** A right to write is named, is on the list, and has its reason behind it. */
function permissionFaults(permissions: unknown, text: string): string[] {
  if (permissions === undefined) {
    return [];
  }
  if (typeof permissions !== 'object' || permissions === null) {
    return [`its permissions are ${JSON.stringify(permissions)}`];
  }
  return Object.entries(permissions)
    .filter(([, right]) => right !== 'read' && right !== 'none')
    .filter(([scope]) => {
      const hasReason = new RegExp(`^\\s+${scope}: write # \\S+`, 'm').test(text);
      return !WRITABLE.includes(scope) || !hasReason;
    })
    .map(([scope]) => `it may write ${scope}`);
}

function useFaults({ uses, with: inputs }: Step, text: string): string[] {
  if (uses === undefined) {
    return [];
  }
  const action = typeof uses === 'string' ? uses : JSON.stringify(uses);
  const lines = text.split('\n').filter((line) => line.includes(action));
  const isPinned = PINNED.test(action) && lines.length > 0 && lines.every((line) => PINNED_LINE.test(line));
  return [
    ...(isPinned ? [] : [`${action} is not pinned by its commit, with the version behind it`]),
    ...(action.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false
      ? ['its checkout leaves a credential behind']
      : []),
  ];
}

function runFaults({ run, with: inputs }: Step, scripts: ReadonlySet<string>): string[] {
  // Of actions that take one, `script` is a script like any other.
  const command = [run, inputs?.['script']].filter((one) => typeof one === 'string').join('\n');
  return [
    ...[...command.matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((script) => !scripts.has(script))
      .map((script) => `it runs ${script}, which does not exist`),
    // An expression is put into the text of the script before a shell reads it: it belongs into `env`.
    ...(command.includes('${{') ? ['it puts an expression into a script'] : []),
    ...(/\bcurl\b[^|\n]*\|\s*(?:sudo )?(?:ba|z|da)?sh\b/.test(command) ? ['it runs what it downloads'] : []),
  ];
}
