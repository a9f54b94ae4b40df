/** Scripts that a text tells its reader to run, also inside code. */
export function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run (?:--\S+ )*|(?=start\b|test\b))(?<script>[\w:-]+)/g)].map(
    (match) => match.groups?.['script'] ?? '',
  );
}
