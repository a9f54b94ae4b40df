import type { Guide } from './guide.js';
import { V1_TO_V2 } from './v1-to-v2.js';

/** Every guide by the name under which it is served. */
export const GUIDES = { 'v1-to-v2': V1_TO_V2 } as const satisfies Record<string, Guide>;

export type GuideName = keyof typeof GUIDES;

export function findGuide(name: string): Guide | undefined {
  return Object.hasOwn(GUIDES, name) ? GUIDES[name as GuideName] : undefined;
}
