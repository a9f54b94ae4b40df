import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { isNetwork } from '../../api-keys/networks.js';
import type { IncidentOrder } from '../response/actions/incident-order.js';

const USAGE = [
  'usage: npm run --silent incident -- <verb> …',
  '  contain --tenant T --subject S [--suspend] --reason R',
  '  contain --tenant T --client C --reason R',
  '  revoke-key --id KEY --reason R',
  '  block --address ADDRESS|CIDR [--for 30m|24h|7d] --reason R',
  '  lift --id CONTAINMENT --reason R',
  '  list',
  '  status --tenant T --subject S',
  'all of them: [--json]; those with a reason: [--by NAME] [--dry-run]',
].join('\n');

/** What to do, or what to look at. */
export type IncidentArguments = { readonly isJson: boolean } & (
  | { readonly order: IncidentOrder; readonly isDryRun: boolean }
  | { readonly look: 'list' }
  | { readonly look: 'status'; readonly tenant: string; readonly subject: string }
);

/** Wider than this a block is an outage, and rather a slip of the finger. */
const SHORTEST_PREFIX = { 4: 8, 6: 24 } as const;

const MINUTES = { m: 1, h: 60, d: 1440 } as const;
const MAX_DAYS = 365;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Which options each verb takes, beside those of all. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  contain: ['tenant', 'subject', 'client', 'suspend', 'reason', 'by', 'dry-run'],
  'revoke-key': ['id', 'reason', 'by', 'dry-run'],
  block: ['address', 'for', 'reason', 'by', 'dry-run'],
  lift: ['id', 'reason', 'by', 'dry-run'],
  list: [],
  status: ['tenant', 'subject'],
};

const FLAGS = new Set(['suspend', 'dry-run', 'json']);

/**
 * What was asked for; whatever is misspelt, missing or too much is refused before anything happens.
 * @throws Error with the usage
 */
export function readIncidentArguments(args: readonly string[]): IncidentArguments {
  try {
    const [verb = '', ...rest] = args;
    const names = [...(OPTIONS[verb] ?? fail('the verb is unknown')), 'json'];
    const options = Object.fromEntries(
      names.map((name) => [name, { type: FLAGS.has(name) ? 'boolean' : 'string' } as const]),
    );
    const { values } = parseArgs({ args: rest, options, strict: true, allowPositionals: false });
    return { isJson: values['json'] === true, ...whatOf(verb, values) };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

function whatOf(verb: string, values: Values) {
  if (verb === 'list') {
    return { look: verb } as const;
  }
  if (verb === 'status') {
    return {
      look: verb,
      tenant: nameIn(values, 'tenant', 128),
      subject: nameIn(values, 'subject', 255),
    } as const;
  }
  return { order: orderOf(verb, values), isDryRun: values['dry-run'] === true };
}

function orderOf(verb: string, values: Values): IncidentOrder {
  const by = values['by'] === undefined ? userInfo().username : nameIn(values, 'by', 200);
  const responsibility = { reason: nameIn(values, 'reason', 500), by };
  switch (verb) {
    case 'contain':
      return { ...responsibility, ...containmentOf(values) };
    case 'revoke-key':
      return { ...responsibility, verb, keyId: matching(values, 'id', /^[0-9A-Za-z]{22}$/) };
    case 'block':
      return { ...responsibility, verb, network: networkOf(values), forMinutes: minutesOf(values) };
    default:
      return { ...responsibility, verb: 'lift', containmentId: matching(values, 'id', /^[0-9a-f-]{36}$/) };
  }
}

function containmentOf(values: Values) {
  const tenant = nameIn(values, 'tenant', 128);
  if (values['client'] === undefined) {
    const isSuspended = values['suspend'] === true;
    return { verb: 'contain', tenant, subject: nameIn(values, 'subject', 255), isSuspended } as const;
  }
  if (values['subject'] !== undefined || values['suspend'] !== undefined) {
    return fail('--client stands without --subject and --suspend');
  }
  return { verb: 'contain-client', tenant, client: nameIn(values, 'client', 255) } as const;
}

function networkOf(values: Values): string {
  const network = nameIn(values, 'address', 49);
  const [address = '', length = '128'] = network.split('/');
  const family = isIP(address) === 6 ? 6 : 4;
  if (!isNetwork(network)) {
    return fail('--address is no address and no CIDR block');
  }
  return Number(length) >= SHORTEST_PREFIX[family]
    ? network
    : fail(`--address is wider than /${SHORTEST_PREFIX[family]}`);
}

function minutesOf(values: Values): number | null {
  if (values['for'] === undefined) {
    return null;
  }
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(String(values['for'])) ?? [];
  const minutes = Number(count) * MINUTES[unit as keyof typeof MINUTES];
  return minutes <= MAX_DAYS * MINUTES.d
    ? minutes
    : fail(`--for is no time such as 24h, of ${MAX_DAYS}d at most`);
}

/** Printable, as every name here is: nothing that an operator pastes writes a second line into a report or a file. */
function nameIn(values: Values, option: string, maxLength: number): string {
  const value = String(values[option] ?? '');
  const isName =
    value.length <= maxLength && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(value) && value.trim() === value;
  return isName ? value : fail(`--${option} is missing or has an impossible value`);
}

function matching(values: Values, option: string, pattern: RegExp): string {
  const value = String(values[option] ?? '');
  return pattern.test(value) ? value : fail(`--${option} is missing or has an impossible value`);
}

function fail(message: string): never {
  throw new Error(message);
}
