/** What a path segment must not be: a step within the path, or nothing. */
const STEPS = new Set(['', '.', '..']);

/**
 * The path of a successor: the template with the parameters of the request, each encoded. Nothing of the
 * path as it was sent goes in, because `\`, `//` and dots can turn a path into another host's URL.
 *
 * @param params as the router has decoded them
 * @returns undefined when a parameter cannot stand in a path
 */
export function successorPath(
  template: string,
  params: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const names = [...template.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return names.some((name) => STEPS.has(params[name] ?? ''))
    ? undefined
    : template.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
}
