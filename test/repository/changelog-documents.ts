import { format } from 'prettier';
import { CHANGE_KINDS, type Change } from '../../src/versioning/changelog/change.js';
import { requestText, responseText } from '../../src/versioning/changelog/guides/exchange-text.js';
import type { Exchange, Guide } from '../../src/versioning/changelog/guides/guide.js';
import type { ApiVersion } from '../../src/versioning/api-versions.js';

/* The changelog and its guides as Markdown, for whoever reads the repository. */

const NOTICE =
  '<!-- Written from src/versioning/changelog by `npm run docs:changelog`. Change the source, not this file. -->';

export function changelogMarkdown(
  changes: readonly Change[],
  versions: readonly ApiVersion[],
): Promise<string> {
  const days = Map.groupBy(changes, ({ date }) => date);
  return asMarkdown([
    NOTICE,
    '# Changelog',
    'What callers of the API can rely on, and since when. A running API serves it at `GET /changelog` (HTML or JSON) ' +
      'and `GET /changelog.atom`.',
    ...versions.flatMap(endSection),
    ...[...days].flatMap(([day, ofDay]) => [
      `## ${day}`,
      ...CHANGE_KINDS.flatMap((kind) => kindSection(kind, ofDay)),
    ]),
  ]);
}

export function guideMarkdown({ title, intro, steps }: Guide): Promise<string> {
  return asMarkdown([
    NOTICE,
    `# ${title}`,
    escaped(intro),
    ...steps.flatMap(({ title: step, what, before, after }, index) => [
      `## ${index + 1}. ${escaped(step)}`,
      escaped(what),
      ...exchangeSection('Before', before),
      ...exchangeSection('After', after),
    ]),
  ]);
}

/** Without days: they are settings, and a running API tells them once they are announced. */
function endSection({ name, deprecation }: ApiVersion): string[] {
  if (!deprecation) {
    return [];
  }
  return [
    `## The end of v${name}`,
    `The operator decides about the days: v${name} is deprecated from \`API_V${name}_DEPRECATED_ON\` on and ends on ` +
      `\`API_V${name}_SUNSET_ON\`. From the first day on, the changelog of the running API has an entry about it. ` +
      `Move to v${deprecation.successor} with the [migration guide](${guideFile(deprecation.guide)}).`,
  ];
}

function kindSection(kind: string, changes: readonly Change[]): string[] {
  const ofKind = changes.filter((change) => change.kind === kind);
  return ofKind.length === 0
    ? []
    : [`### ${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, ofKind.map(item).join('\n')];
}

function item({ title, detail, versions, guide }: Change): string {
  const concerned = versions.map((name) => `v${name}`).join(', ');
  const link = guide === undefined ? '' : ` [Migration guide](${guideFile(guide)}).`;
  return `- **${escaped(title)}** (${concerned}). ${escaped(detail)}${link}`;
}

function exchangeSection(when: string, exchange: Exchange): string[] {
  return [`### ${when}`, fenced(requestText(exchange)), fenced(responseText(exchange))];
}

const guideFile = (name: string): string => `migrations/${name}.md`;

const fenced = (text: string): string => `\`\`\`http\n${text}\n\`\`\``;

const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>]/g, String.raw`\$&`);

function asMarkdown(blocks: readonly string[]): Promise<string> {
  return format(`${blocks.join('\n\n')}\n`, { parser: 'markdown', printWidth: 110, singleQuote: true });
}
