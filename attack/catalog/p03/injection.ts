import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn, excerpt, firstOf } from '../../engine/judgements.ts';
import { Controls } from '../../routes/controls.ts';
import { abilitiesFor, slug } from '../../routes/route-facts.ts';
import type { World } from '../../target/world.ts';
import { type Field, FieldProbe, textFieldsOf } from './field-probe.ts';
import { CALCULATED, CONTROLS, INJECTIONS, SLEEP_MILLISECONDS, TYPES } from './payloads.ts';

/* Every text that a document says a route takes. */

export function injections({ routes }: World): Attack[] {
  const controls = new Controls();
  return textFieldsOf(routes).flatMap((field) => [
    interpreted(field, controls),
    ...(field.place === 'path' ? [] : [controlCharacters(field, controls), otherTypes(field, controls)]),
  ]);
}

function attackOn(field: Field, what: string, controls: Controls): Omit<Attack, 'attempt' | 'name'> {
  const { route, name } = field;
  return {
    id: `${what}-${slug(route)}-${name.toLowerCase()}`,
    needs: abilitiesFor(route),
    ordinaryStatus: route.redirectStatus,
    control: controls.of(route),
  };
}

function interpreted(field: Field, controls: Controls): Attack {
  const place = `${field.name} of ${field.route.method} ${field.route.path}`;
  return {
    ...attackOn(field, 'P3.4-injection', controls),
    name: `SQL, templates, markup, commands and paths as ${place}.`,
    owasp: 'API8:2023',
    attempt: async (attacker, world) => {
      const probe = new FieldProbe(field, attacker, world);
      const nonsense = field.place === 'query' ? await probe.send('qzxjkvw') : undefined;
      for (const payload of INJECTIONS) {
        const answer = await probe.send(payload);
        const finding = judgeInterpreted(answer, payload, field, nonsense);
        if (finding !== undefined) {
          return `${payload}: ${finding}`;
        }
      }
      return undefined;
    },
  };
}

function judgeInterpreted(
  answer: Answer,
  payload: string,
  { name, place }: Field,
  nonsense: Answer | undefined,
): string | undefined {
  const stored = answer.json()[name];
  const isOther = answer.isSuccess && place === 'body' && typeof stored === 'string' && stored !== payload;
  return firstOf([
    isOther && stored === CALCULATED ? 'it was calculated' : undefined,
    isOther && !stored.startsWith('•') && !stored.startsWith('*')
      ? `it came back as ${excerpt(stored)}`
      : undefined,
    /\bsleep\b/.test(payload) && answer.milliseconds > SLEEP_MILLISECONDS
      ? 'the answer waited for it'
      : undefined,
    nonsense?.isSuccess && answer.isSuccess && rowsWithout(payload, answer) > nonsense.rows().length
      ? 'it found more than a word that nothing contains'
      : undefined,
    disclosedIn(answer, payload),
  ]);
}

/** What was stored under the payload as its name is found rightly. */
function rowsWithout(payload: string, answer: Answer): number {
  return answer.rows().filter((row) => !Object.values(row).join(' ').includes(payload)).length;
}

function controlCharacters(field: Field, controls: Controls): Attack {
  const pattern = new RegExp(field.schema.pattern ?? '', 'u');
  return {
    ...attackOn(field, 'P3.2-characters', controls),
    name: `Control characters and half characters in ${field.name} of ${field.route.method} ${field.route.path}.`,
    owasp: 'API8:2023',
    attempt: async (attacker, world) => {
      const probe = new FieldProbe(field, attacker, world);
      for (const [what, text] of Object.entries(CONTROLS)) {
        // A text of several lines has line feeds: the document says so.
        const isDeclared = field.schema.pattern !== undefined && pattern.test(text) && text.isWellFormed();
        const answer = isDeclared || isPlainInUrl(field, text) ? undefined : await probe.send(text);
        if (answer?.isAccepted) {
          return `${what} was accepted`;
        }
      }
      return undefined;
    },
  };
}

/** Half a character cannot stand in a URL: there it is a whole one. */
function isPlainInUrl({ place }: Field, text: string): boolean {
  return place !== 'body' && !text.isWellFormed();
}

function otherTypes(field: Field, controls: Controls): Attack {
  const { schema, place, name, route } = field;
  const tooLong = 'a'.repeat((schema.maxLength ?? schema.items?.maxLength ?? 5000) + 1);
  return {
    ...attackOn(field, 'P3.1-types', controls),
    name: `Values of other types and over-long ones as ${name} of ${route.method} ${route.path}.`,
    owasp: 'API8:2023',
    attempt: async (attacker, world) => {
      const probe = new FieldProbe(field, attacker, world);
      const values =
        place === 'body' ? { ...TYPES, 'an over-long text': tooLong } : { 'an over-long text': tooLong };
      for (const [what, value] of Object.entries(values)) {
        const isDeclared = Array.isArray(value) && schema.items !== undefined;
        const answer = isDeclared ? undefined : await probe.send(value);
        if (answer?.isAccepted) {
          return `${what} was accepted`;
        }
      }
      return place === 'query' ? repeated(field, probe) : undefined;
    },
  };
}

/** One parameter that comes twice, and one that parsers make an object of. */
async function repeated({ name }: Field, probe: FieldProbe): Promise<string | undefined> {
  for (const trick of [`1&${name}=2`, `1&${name}[]=2`, `1&${name}[$ne]=2`]) {
    const answer = await probe.sendRaw(trick);
    if (answer.isAccepted) {
      return `${name}=${trick} was accepted`;
    }
  }
  return undefined;
}
