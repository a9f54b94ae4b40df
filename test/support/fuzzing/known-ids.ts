import { KNOWN_ID } from './drafts.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Ids of what earlier requests have made, so that later ones find something. */
export class KnownIds {
  private readonly ids: Record<'customers' | 'api-keys', string[]> = { customers: [], 'api-keys': [] };

  learn(target: string, status: number, text: string): void {
    const ids = this.of(target);
    if (status === 201 && text.startsWith('{')) {
      const { id } = JSON.parse(text) as { id?: string };
      ids.push(...(id === undefined ? [] : [id]));
    }
    if (status === 204) {
      ids.pop();
    }
  }

  /** The same address, with an id that is there. */
  fill(target: string): string {
    return target.replace(KNOWN_ID, this.of(target).at(-1) ?? NOBODY);
  }

  /** Customers are the same ones in every version. */
  private of(target: string): string[] {
    const collection = /customers|api-keys/.exec(target)?.[0] as 'customers' | 'api-keys' | undefined;
    return collection ? this.ids[collection] : [];
  }
}
