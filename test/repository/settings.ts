import { CONFIG_SLICES } from '../../src/app.module.js';
import { BootstrapRolesConfig } from '../../src/database/commands/bootstrap-roles.config.js';
import { KeyRotationConfig } from '../../src/database/commands/key-rotation.config.js';
import { OwnerConfig } from '../../src/database/commands/owner.config.js';
import { IncidentConfig } from '../../src/monitoring/commands/incident.config.js';
import { ReadsReviewConfig } from '../../src/monitoring/reviews/reads-review.config.js';
import { ReviewConfig } from '../../src/monitoring/reviews/review.config.js';
import { AccessReviewConfig } from '../../src/monitoring/reviews/access-review.config.js';
import { KeyReviewConfig } from '../../src/monitoring/reviews/key-review.config.js';
import { AuditorConfig } from '../../src/monitoring/audit/commands/auditor.config.js';
import type { Setting, SliceClass } from '../../src/platform/config/config-slice.js';
import { NoticesConfig } from '../../src/versioning/commands/notices.config.js';

/** Settings of operator commands: never given to the API. */
const COMMAND_SLICES: readonly SliceClass[] = [
  OwnerConfig,
  BootstrapRolesConfig,
  KeyRotationConfig,
  NoticesConfig,
  IncidentConfig,
  ReviewConfig,
  KeyReviewConfig,
  AccessReviewConfig,
  ReadsReviewConfig,
  AuditorConfig,
];

export const ALL_SLICES: readonly SliceClass[] = [...CONFIG_SLICES, ...COMMAND_SLICES];

const LINE_WIDTH = 98;

/** The value that counts when the variable is absent; null when there is none. */
function defaultOf({ schema }: Setting): string | null {
  const { data } = schema.safeParse(undefined);
  return data === undefined || data === false ? null : [data as string | number | string[]].flat().join(',');
}

function isRequired({ schema }: Setting): boolean {
  return !schema.safeParse(undefined).success;
}

function settingsOf(slice: SliceClass): Setting[] {
  return Object.values(slice.definition.settings);
}

/** The Markdown table of the settings of some slices. */
export function settingsTable(slices: readonly SliceClass[]): string {
  const rows = slices.flatMap(settingsOf).map((setting) => {
    const name = `\`${setting.variable}\`${setting.secret ? ` (or \`${setting.variable}_FILE\`)` : ''}`;
    const fallback = isRequired(setting)
      ? 'required'
      : defaultOf(setting) === null
        ? 'none'
        : `\`${defaultOf(setting)}\``;
    return `| ${name} | ${fallback} | ${setting.description} |`;
  });
  return ['| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The example environment file: what must be set is open, what has a default is a comment. */
export function exampleEnvironment(): string {
  const head = [
    '# Every setting there is. Written from the schemas by `npm run docs:settings`; do not edit.',
    '# A variable with a value in a comment shows its default. A secret may also be given as NAME_FILE.',
    '# Nothing reads this file by itself: node --env-file=.env dist/main.js',
  ];
  const api = CONFIG_SLICES.flatMap((slice) => sectionOf(slice, ''));
  const commands = COMMAND_SLICES.flatMap((slice) => sectionOf(slice, '# '));
  const border = [
    '',
    '# Only for operator commands: the API refuses to start when it is given one of these.',
  ];
  return [...head, ...api, ...border, ...commands, ''].join('\n');
}

function sectionOf(slice: SliceClass, prefix: string): string[] {
  return [
    '',
    `# ---- ${slice.definition.title} ----`,
    ...settingsOf(slice).flatMap((setting) => linesOf(setting, prefix)),
  ];
}

function linesOf(setting: Setting, prefix: string): string[] {
  const value = defaultOf(setting) ?? '';
  const assignment = isRequired(setting)
    ? `${prefix}${setting.variable}=`
    : `# ${setting.variable}=${value.includes(' ') ? `"${value}"` : value}`;
  return ['', ...wrap(setting.description).map((line) => `# ${line}`), assignment];
}

function wrap(text: string): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + word.length + 1 <= LINE_WIDTH;
    return fits ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []);
}
