/*
 * The threat model as data, and what would make it a document that was true once.
 */

const STRIDE = ['Spoofing', 'Tampering', 'Repudiation', 'Information', 'Denial', 'Elevation'];

export interface ThreatRow {
  readonly boundary: string;
  readonly category: string;
  readonly threat: string;
  /** Nothing stands there, and the row says so. */
  readonly isOpen: boolean;
  readonly checkpoints: readonly string[];
  readonly defences: readonly string[];
  readonly proofs: readonly string[];
}

/** What the checker asks of the repository. */
interface World {
  exists(file: string): boolean;
  titlesOf(file: string): readonly string[];
}

/** The boundaries of the drawing: `B1 network edge`, once each. */
export function boundariesOf(model: string): string[] {
  const drawing = /^```mermaid\n([\s\S]*?)^```/m.exec(model)?.[1] ?? '';
  return [...new Set([...drawing.matchAll(/\|(B\d+ [^|]+)\|/g)].map((match) => match[1] ?? ''))];
}

/** The rows of all tables under a heading that names a boundary. */
export function rowsOf(model: string): ThreatRow[] {
  return [...model.matchAll(/^### (?<boundary>B\d+ .+)\n(?<text>[\s\S]*?)(?=^##|(?![\s\S]))/gm)].flatMap(
    ({ groups }) =>
      (groups?.['text'] ?? '')
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2)
        .map((line) => rowOf(groups?.['boundary'] ?? '', line)),
  );
}

function rowOf(boundary: string, line: string): ThreatRow {
  const [, category = '', threat = '', defence = '', proof = ''] = line.split('|').map((cell) => cell.trim());
  return {
    boundary,
    category,
    threat,
    isOpen: /^Not defended: \S/.test(defence),
    checkpoints: defence.match(/\b(?:P\d+|C)\.\d+\b/g) ?? [],
    defences: pathsIn(defence),
    proofs: pathsIn(proof),
  };
}

/** What stands between back-ticks and is a path: with a slash or a dot, as `.oxlintrc.json` has. */
function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`\s]*[./][^`\s]*)`/g)].map((match) => match[1] ?? '');
}

export function modelFaults(model: string, world: World): string[] {
  const boundaries = boundariesOf(model);
  const tables = [...model.matchAll(/^### (B\d+ .+)$/gm)].map((match) => match[1] ?? '');
  const rows = rowsOf(model);
  return [
    ...boundaries.filter((one) => !tables.includes(one)).map((one) => `${one} is drawn and has no table`),
    ...tables.filter((one) => !boundaries.includes(one)).map((one) => `${one} is not drawn`),
    ...tables.flatMap((boundary) =>
      STRIDE.filter(
        (category) => !rows.some((row) => row.boundary === boundary && row.category === category),
      ).map((category) => `${boundary} says nothing of ${category}`),
    ),
    ...rows.flatMap((row) =>
      rowFaults(row, world).map((fault) => `${row.boundary}, ${row.threat}: ${fault}`),
    ),
  ];
}

function rowFaults({ category, isOpen, checkpoints, defences, proofs }: ThreatRow, world: World): string[] {
  if (isOpen && STRIDE.includes(category)) {
    return proofs.length === 0 ? [] : ['nothing is defended, and something proves it'];
  }
  const titles = proofs.flatMap((file) => [...world.titlesOf(file)]);
  return [
    ...(STRIDE.includes(category) ? [] : [`${category} is no part of STRIDE`]),
    ...(defences.length > 0 ? [] : ['no file defends']),
    ...(proofs.length > 0 ? [] : ['no test proves it']),
    ...(checkpoints.length > 0 ? [] : ['no checkpoint is named']),
    ...[...defences, ...proofs].filter((file) => !world.exists(file)).map((file) => `${file} does not exist`),
    ...checkpoints
      .filter((id) => !titles.some((title) => title.includes(`[${id}]`)))
      .map((id) => `its proofs have no test of ${id}`),
  ];
}
