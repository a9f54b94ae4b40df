/** The ten practices by folder; the place in the list is the number of the practice. */
export const PRACTICES: readonly string[] = [
  'auth',
  'rate-limit',
  'validation',
  'transport',
  'versioning',
  'api-keys',
  'cors',
  'monitoring',
  'database',
  'api-docs',
];

/** How many checkpoints each practice has, in the order of the list; `C` is continuous practice. */
const CHECKPOINTS_PER_PRACTICE = [4, 4, 5, 6, 5, 4, 4, 5, 5, 5];
const CONTINUOUS_CHECKPOINTS = 3;

/** P1.1 to P10.5 and C.1 to C.3. The ids are stable: tests, READMEs and headers use them. */
export const CHECKPOINTS: ReadonlySet<string> = new Set([
  ...CHECKPOINTS_PER_PRACTICE.flatMap((count, index) => numbered(`P${index + 1}`, count)),
  ...numbered('C', CONTINUOUS_CHECKPOINTS),
]);

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}.${index + 1}`);
}
