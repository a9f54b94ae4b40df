import path from 'node:path';
import ts from 'typescript';
import { isSpec, type SourceFile } from './source-tree.js';

/** What the part of a file name between the dots may be; the words of Nest and of this code. */
const ROLES = new Set([
  'module',
  'controller',
  'service',
  'repository',
  'guard',
  'interceptor',
  'pipe',
  'filter',
  'middleware',
  'strategy',
  'decorator',
  'dto',
  'config',
  'errors',
]);

/** Roles whose files may hold several classes with names of their own. */
const COLLECTIONS = new Set(['dto', 'errors']);

/** Drawers say nothing about what is in them; role-named folders tear one practice apart. */
const FORBIDDEN_FOLDERS = new Set([
  'utils',
  'common',
  'shared',
  'helpers',
  'core',
  'modules',
  'types',
  'constants',
  'guards',
  'dto',
  'decorators',
]);

const MAX_LINES = 250;

/** Lists that grow with time, and that nobody reads from end to end. */
const GROWING = new Set(['src/versioning/changelog/changes.ts']);
const MAX_FILES_PER_FOLDER = 12;

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const README_HEADINGS = [
  'Threat',
  'Defence',
  'Read in this order',
  'Settings',
  'What other folders use',
  'What this does not do',
  'Proof',
] as const;

function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

/** Files whose name is neither `<subject>.ts` nor `<subject>.<role>.ts`, in kebab-case. */
export function misnamedFiles(files: readonly string[]): string[] {
  return files.filter((file) => {
    const stem = path.posix.basename(file).replace(/(\.spec)?\.ts$/, '');
    const [subject = '', role, ...rest] = stem.split('.');
    return !KEBAB_CASE.test(subject) || (role !== undefined && !ROLES.has(role)) || rest.length > 0;
  });
}

export function misnamedFolders(files: readonly string[]): string[] {
  const folders = new Set(files.flatMap((file) => path.posix.dirname(file).split('/')));
  return [...folders].filter((folder) => !KEBAB_CASE.test(folder) || FORBIDDEN_FOLDERS.has(folder));
}

/** Source files that are longer than a reader holds in mind. */
export function longFiles(tree: readonly SourceFile[]): string[] {
  return tree
    .filter((file) => lineCount(file.text) > MAX_LINES && !GROWING.has(file.path))
    .map((file) => `${file.path} has ${lineCount(file.text)} lines`);
}

/** Folders that have outgrown one level and want sub-concepts. */
export function crowdedFolders(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files.filter((name) => !isSpec(name))) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_FILES_PER_FOLDER)
    .map(([folder, count]) => `${folder} holds ${count} source files`);
}

/** Files whose exported class does not carry the file's name, or that export more than one. */
export function misnamedClasses(tree: readonly SourceFile[]): string[] {
  return tree.flatMap((file) => {
    const stem = path.posix.basename(file.path, '.ts');
    const expected = pascalCase(stem);
    const versioned = pascalCase(stem.replace(/\.|$/, `-${versionOf(file.path)}.`));
    const classes = exportedClasses(file.ast);
    const isFine =
      COLLECTIONS.has(stem.split('.')[1] ?? '') ||
      classes.length === 0 ||
      (classes.length === 1 && [expected, versioned].includes(classes[0] ?? ''));
    return isFine ? [] : [`${file.path} exports ${classes.join(', ')}, not only ${expected}`];
  });
}

/** Twin classes of two versions are told apart by the name of their folder: `CustomersV2Controller`. */
function versionOf(filePath: string): string {
  return /\/(v\d+)\//.exec(filePath)?.[1] ?? '';
}

function exportedClasses(ast: ts.SourceFile): string[] {
  return ast.statements
    .filter((statement) => ts.isClassDeclaration(statement))
    .filter((statement) => statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map((statement) => statement.name?.text ?? 'default');
}

function pascalCase(stem: string): string {
  return stem
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Tables that are written by the tests or the benchmarks do not count: nobody reads them from end to end. */
const GENERATED = /<!-- (settings|bench): [\s\S]*?<!-- end of \w+ -->/g;
const MAX_README_LINES = 100;

/** Where the README of a practice departs from the fixed headings. */
export function readmeFaults(readme: string): string[] {
  const withoutCode = readme.replace(/^```[\s\S]*?^```/gm, '');
  const headings = [...withoutCode.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  const faults =
    headings.join('\n') === README_HEADINGS.join('\n') ? [] : [`its headings are ${headings.join(', ')}`];
  const lines = lineCount(readme.replace(GENERATED, ''));
  return lines <= MAX_README_LINES ? faults : [...faults, `it has ${lines} lines`];
}

/** Where the module file of a practice departs from the five-line header. */
export function headerFaults(
  file: SourceFile,
  practice: number,
  exists: (proof: string) => boolean,
): string[] {
  const lines = openingComment(file);
  const patterns = [
    new RegExp(`^P${practice} .+ — checkpoints? P${practice}\\.\\d(–P${practice}\\.\\d)?\\.$`),
    /^Threat: {2}\S.+/,
    /^Defence: \S.+/,
    /^Limits: {2}\S.+/,
    /^Proof: {3}\S+$/,
  ];
  if (lines.length !== patterns.length) {
    return [`its opening comment has ${lines.length} lines`];
  }
  const faults = lines.filter((line, index) => !patterns[index]?.test(line));
  const proof = lines[4]?.replace('Proof:', '').trim() ?? '';
  return exists(proof) ? faults : [...faults, `its proof ${proof} does not exist`];
}

/** The lines of the doc comment that stands before the first statement after the imports. */
function openingComment({ ast, text }: SourceFile): string[] {
  const first = ast.statements.find((statement) => !ts.isImportDeclaration(statement));
  const start = first?.getFullStart() ?? 0;
  const comment = ts.getLeadingCommentRanges(text, start)?.[0];
  return (comment ? text.slice(comment.pos, comment.end) : '')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.replace(/^ \* ?/, ''));
}
