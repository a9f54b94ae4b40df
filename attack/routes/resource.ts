import type { Answer } from '../engine/answer.ts';
import type { Attacker, Credential } from '../engine/attacker.ts';
import { Inconclusive } from '../engine/inconclusive.ts';
import type { ApiRoute, Schema } from './documents.ts';
import { type Known, sampleOf } from './samples.ts';

/** A collection whose members can be made, read and changed: found in the documents, not known by name. */
export class Resource {
  readonly path: string;
  readonly createBody: Schema;
  readonly updateBody: Schema;
  readonly #known: Known;

  constructor(parts: { path: string; createBody: Schema; updateBody: Schema; known: Known }) {
    this.path = parts.path;
    this.createBody = parts.createBody;
    this.updateBody = parts.updateBody;
    this.#known = parts.known;
  }

  /** The newest collection that a bearer token may read and write, credentials apart. */
  static find(routes: readonly ApiRoute[], known: Known): Resource | undefined {
    const has = (method: string, path: string): ApiRoute | undefined =>
      routes.find(
        (route) => route.method === method && route.path === path && route.schemes.includes('bearer'),
      );
    const found = routes
      .filter(({ path }) => !/key|token|session|admin/.test(path))
      .flatMap(({ path }) => {
        const [create, update] = [has('POST', path), has('PATCH', `${path}/{id}`)];
        const isWhole = has('GET', path) && has('GET', `${path}/{id}`) && has('DELETE', `${path}/{id}`);
        return isWhole && create?.body && update?.body
          ? [{ path, createBody: create.body, updateBody: update.body, known }]
          : [];
      });
    const newest = found.toSorted((a, b) => a.path.localeCompare(b.path)).at(-1);
    return newest && new Resource(newest);
  }

  /** An ordinary body, with other members where somebody says so. */
  body(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return { ...(sampleOf(this.createBody, this.#known) as Record<string, unknown>), ...members };
  }

  create(attacker: Attacker, credential: Credential, members: object = {}): Promise<Answer> {
    return attacker.send({
      method: 'POST',
      path: this.path,
      ...credential,
      json: { ...this.body(), ...members },
    });
  }

  /** @throws Inconclusive when none could be made */
  async createId(attacker: Attacker, credential: Credential, members: object = {}): Promise<string> {
    const answer = await this.create(attacker, credential, members);
    const { id } = answer.json();
    if (!answer.isSuccess || typeof id !== 'string') {
      throw new Inconclusive(`no object could be made to attack (${answer.status})`);
    }
    return id;
  }

  read(attacker: Attacker, id: string, credential: Credential): Promise<Answer> {
    return attacker.send({ path: `${this.path}/${id}`, ...credential });
  }

  /** A change with the version that is current, so that a refusal is about something else. */
  async update(attacker: Attacker, id: string, credential: Credential, json: unknown): Promise<Answer> {
    const headers = await this.condition(attacker, id, credential);
    return attacker.send({ method: 'PATCH', path: `${this.path}/${id}`, ...credential, headers, json });
  }

  async condition(attacker: Attacker, id: string, owner: Credential): Promise<Record<string, string>> {
    const etag = (await this.read(attacker, id, owner)).header('etag');
    return etag === '' ? {} : { 'if-match': etag };
  }

  /** The first member of a body that takes any text. */
  get textField(): string {
    return (
      Object.entries(this.createBody.properties ?? {}).find(([, schema]) => takesAnyText(schema))?.[0] ??
      'name'
    );
  }
}

function takesAnyText({ type, format, enum: values, maxLength = 0 }: Schema): boolean {
  return type === 'string' && format === undefined && values === undefined && maxLength >= 60;
}
