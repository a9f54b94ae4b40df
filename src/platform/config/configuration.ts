import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import type { Problem, RuleContext, Setting, SliceClass, SliceOf } from './config-slice.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration as it was read at start-up: one frozen object per slice. */
export type Configuration = ReadonlyMap<SliceClass, object>;

/** Names that Kubernetes injects for every service; they may begin with a prefix of ours. */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT(_\d+_(TCP|UDP)(_\w+)?)?$/;

/** The variables of this process. The only place in `src` that reads them. */
export function processEnvironment(): Environment {
  return process.env;
}

/**
 * Parses the environment once, into one frozen value per slice.
 * @throws ConfigError with every fault at once.
 */
export function parseConfiguration(slices: readonly SliceClass[], environment: Environment): Configuration {
  const isProduction = !['development', 'test'].includes(environment['NODE_ENV'] ?? '');
  const parsed = slices.map((slice) => parseSlice(slice, environment));
  const configuration = new Map(parsed.map(({ slice, value }) => [slice, value]));
  const faulty = new Set(parsed.filter(({ faults }) => faults.length > 0).map(({ slice }) => slice));
  // A rule may depend on other slices, so that rules begin when all of them are parsed.
  const context: RuleContext = {
    isProduction,
    read: <Values extends object>(slice: SliceOf<Values>) =>
      faulty.has(slice) ? undefined : (configuration.get(slice) as Values | undefined),
  };
  const problems = [
    ...unknownVariables(slices, environment),
    ...parsed.flatMap(({ slice, value, faults }) =>
      faults.length > 0 ? faults : (slice.definition.rules?.(value as never, context) ?? []),
    ),
  ];
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return configuration;
}

interface ParsedSlice {
  readonly slice: SliceClass;
  readonly value: object;
  readonly faults: readonly Problem[];
}

function parseSlice(slice: SliceClass, environment: Environment): ParsedSlice {
  const values: Record<string, unknown> = {};
  const faults: Problem[] = [];
  for (const [name, setting] of Object.entries(slice.definition.settings)) {
    values[name] = parseSetting(setting, environment, faults);
  }
  return { slice, value: new slice(values as never), faults };
}

function parseSetting(setting: Setting, environment: Environment, faults: Problem[]): unknown {
  const text = readVariable(setting, environment, faults);
  const result = setting.schema.safeParse(text);
  if (result.success) {
    return result.data;
  }
  if (!faults.some(({ variable }) => [setting.variable, `${setting.variable}_FILE`].includes(variable))) {
    faults.push({ variable: setting.variable, rule: result.error.issues[0]?.message ?? 'is not valid' });
  }
  return undefined;
}

/** An empty variable counts as absent, because compose files pass on what is not set as ''. */
function readVariable(setting: Setting, environment: Environment, faults: Problem[]): string | undefined {
  const direct = environment[setting.variable] || undefined;
  const file = setting.secret ? environment[`${setting.variable}_FILE`] || undefined : undefined;
  if (direct !== undefined && file !== undefined) {
    faults.push({ variable: setting.variable, rule: `and ${setting.variable}_FILE exclude each other` });
    return direct;
  }
  if (file === undefined) {
    return direct;
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    faults.push({ variable: `${setting.variable}_FILE`, rule: 'names a file that cannot be read' });
    return undefined;
  }
}

function unknownVariables(slices: readonly SliceClass[], environment: Environment): Problem[] {
  const prefixes = slices.flatMap(({ definition }) => definition.prefix ?? []);
  const known = new Set(slices.flatMap(variablesOf));
  return Object.keys(environment)
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.has(name) && !SERVICE_LINK.test(name))
    .map((variable) => ({
      variable,
      rule: 'is not a setting of this program: a typing error, or a credential that it must not hold',
    }));
}

/** Every variable that a slice reads, the `_FILE` forms of its secrets included. */
export function variablesOf(slice: SliceClass): string[] {
  return Object.values(slice.definition.settings).flatMap(({ variable, secret }) =>
    secret ? [variable, `${variable}_FILE`] : [variable],
  );
}
