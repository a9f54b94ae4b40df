import { KNOWN_VALUE } from './drafts.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

interface List {
  readonly path: string;
  /** Of each entry, what the address takes; of a link its last part. */
  readonly member: string;
}

/** What no request of these makes is looked up where the API lists it, by the start of the address. */
const LISTS: Readonly<Record<string, List>> = {
  '/auth/sessions/': { path: '/v2/admin/sessions', member: 'id' },
  '/v2/admin/sessions/': { path: '/v2/admin/sessions', member: 'id' },
  '/problems/': { path: '/problems', member: 'code' },
  '/changelog/guides/': { path: '/changelog', member: 'guide' },
};

/** What is there, made by earlier requests or listed by the API, so that later requests find something. */
export class KnownValues {
  private readonly made: Record<'customers' | 'api-keys', string[]> = { customers: [], 'api-keys': [] };
  private lookUps = 0;

  /** @param read the answer to a GET of somebody who may see everything */
  constructor(private readonly read: (path: string) => Promise<unknown>) {}

  learn(target: string, status: number, text: string): void {
    const ids = this.madeFor(target);
    if (status === 201 && text.startsWith('{')) {
      const { id } = JSON.parse(text) as { id?: string };
      ids.push(...(id === undefined ? [] : [id]));
    }
    if (status === 204) {
      ids.pop();
    }
  }

  /** The same address, with a value that is there. */
  async fill(target: string): Promise<string> {
    const [start = '', rest] = target.split(KNOWN_VALUE);
    if (rest === undefined) {
      return target;
    }
    const list = LISTS[start];
    const value = list ? await this.oneOf(list) : this.madeFor(target).at(-1);
    return target.replace(KNOWN_VALUE, value ?? NOBODY);
  }

  /** One after the other, so that in the end all have been asked for. */
  private async oneOf({ path, member }: List): Promise<string | undefined> {
    const { data } = (await this.read(path)) as { data: readonly Record<string, string>[] };
    const values = data.flatMap((entry) => entry[member]?.split('/').at(-1) ?? []);
    this.lookUps += 1;
    return values[this.lookUps % values.length];
  }

  /** Customers are the same ones in every version. */
  private madeFor(target: string): string[] {
    const collection = /customers|api-keys/.exec(target)?.[0] as 'customers' | 'api-keys' | undefined;
    return collection ? this.made[collection] : [];
  }
}
