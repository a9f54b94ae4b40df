import type { Answer } from '../../engine/answer.ts';
import type { Attacker } from '../../engine/attacker.ts';
import type { ApiRoute, Schema } from '../../routes/documents.ts';
import { entitledTo, ordinary, type Request, requestFor } from '../../routes/requests.ts';
import { isText } from '../../routes/samples.ts';
import type { World } from '../../target/world.ts';

/** A place of a route that takes text: a member of its body, or a parameter of its query. */
export interface Field {
  readonly route: ApiRoute;
  readonly place: 'body' | 'query' | 'path';
  readonly name: string;
  readonly schema: Schema;
}

export function textFieldsOf(routes: readonly ApiRoute[]): Field[] {
  return routes.flatMap((route) => [
    ...Object.entries(route.body?.properties ?? {})
      .filter(([, schema]) => isText(schema) || isText(schema.items ?? {}))
      .map(([name, schema]) => ({ route, place: 'body' as const, name, schema })),
    ...route.parameters
      .filter(({ in: place }) => place === 'query' || place === 'path')
      .map(({ in: place, name, schema }) => ({ route, place: place as 'query' | 'path', name, schema })),
  ]);
}

/** Sends values into one field of an otherwise ordinary request. */
export class FieldProbe {
  readonly #field: Field;
  readonly #attacker: Attacker;
  readonly #world: World;
  #request: Request | undefined;

  constructor(field: Field, attacker: Attacker, world: World) {
    this.#field = field;
    this.#attacker = attacker;
    this.#world = world;
  }

  /** Into the query as it is written, with whatever follows. */
  sendRaw(text: string): Promise<Answer> {
    return this.send(new Verbatim(text));
  }

  async send(value: unknown): Promise<Answer> {
    const { route } = this.#field;
    this.#request ??= await requestFor(route, this.#attacker, this.#world);
    const entitled = await entitledTo(route, this.#attacker, this.#world);
    const request = this.#filled(this.#request, value);
    const headers = { ...entitled.headers, ...request.headers };
    const answer = await this.#attacker.send({ ...entitled, ...request, headers });
    // What was changed has another version now, and what was ended is gone.
    this.#request = answer.isSuccess && route.method !== 'GET' ? undefined : this.#request;
    return answer;
  }

  /** The ordinary request itself, to compare with. */
  ordinary(): Promise<Answer> {
    return ordinary(this.#field.route, this.#attacker, this.#world);
  }

  #filled(request: Request, value: unknown): Request {
    const { place, name, route, schema } = this.#field;
    if (place === 'body') {
      const inList = schema.items !== undefined && typeof value === 'string';
      return { ...request, json: { ...(request.json as object), [name]: inList ? [value] : value } };
    }
    const text = value instanceof Verbatim ? value.text : encodeURIComponent(textOf(value));
    if (place === 'path') {
      return { ...request, path: route.path.replace(`{${name}}`, text) };
    }
    const [path = '', query = ''] = request.path.split('?');
    const others = query.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${name}=`));
    return { ...request, path: `${path}?${[...others, `${name}=${text}`].join('&')}` };
  }
}

/** A URL cannot carry half a character. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
}

class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
