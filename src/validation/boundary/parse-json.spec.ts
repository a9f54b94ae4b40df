import { describe, expect, it } from 'vitest';
import { parseJson, type JsonBounds, type JsonVerdict } from './parse-json.js';

const BOUNDS: JsonBounds = { maxDepth: 4, maxArrayLength: 3, maxMembers: 3 };

const parse = (text: string, bounds = BOUNDS): JsonVerdict => parseJson(Buffer.from(text), bounds);
const faultOf = (text: string): string => {
  const verdict = parse(text);
  return verdict.ok ? 'accepted' : verdict.fault;
};

describe('the bounds', () => {
  it.each([
    ['[[[[]]]]', 'accepted'],
    ['[[[[[]]]]]', 'depth'],
    ['{"a":{"a":{"a":{}}}}', 'accepted'],
    ['{"a":{"a":{"a":{"a":{}}}}}', 'depth'],
    ['[{"a":[{}]}]', 'accepted'],
    ['[{"a":[{"a":[]}]}]', 'depth'],
    ['[[],[],[[[]]]]', 'accepted'],
    ['[1,2,3]', 'accepted'],
    ['[1,2,3,4]', 'array_length'],
    ['{"a":[[1,2,3,4]]}', 'array_length'],
    ['{"a":1,"b":2,"c":3}', 'accepted'],
    ['{"a":1,"b":2,"c":3,"d":4}', 'members'],
    ['[{"a":{"a":1,"b":2,"c":3,"d":4}}]', 'members'],
  ])('judge %s: %s', (text, outcome) => {
    expect(faultOf(text)).toBe(outcome);
  });

  it('stop a bomb of a million brackets before it is parsed', () => {
    expect(faultOf('['.repeat(1_000_000))).toBe('depth');
  });
});

describe('a name', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":2,"a":1}',
    String.raw`{"a":1,"\u0061":2}`,
    '[{"x":{"a":{},"a":{}}}]',
    '{"a":{"b":1,"c":2},"a":3}',
    '{"":1,"":2}',
  ])('that comes twice is refused: %s', (text) => {
    expect(faultOf(text)).toBe('duplicate_member');
  });

  it.each(['{"a":{"a":1},"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":1,"A":2}'])(
    'may come again in another object: %s',
    (text) => {
      expect(faultOf(text)).toBe('accepted');
    },
  );

  it.each(['__proto__', 'constructor', 'prototype', String.raw`\u005f_proto__`])(
    'that leads to a prototype is refused: %s',
    (name) => {
      expect(faultOf(`{"a":[{"${name}":{}}]}`)).toBe('forbidden_name');
    },
  );

  it('that leads to a prototype is harmless as a value', () => {
    expect(parse('["__proto__"]')).toEqual({ ok: true, value: ['__proto__'] });
  });
});

describe('text inside strings', () => {
  it.each([
    '"[[[[[[{{{{{{"',
    '{"a":"]]]]}}}}[[[["}',
    '{"a:b:c":"d:e:f"}',
    String.raw`{"a\":{[":"\\","b":"\\\":[["}`,
    String.raw`{"\\":":","\"":":"}`,
    '{"a":"[:]","b":[":"]}',
  ])('counts neither as nesting nor as a member: %s', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });
});

describe('what is no JSON', () => {
  it.each([
    '',
    ' ',
    '{',
    '{]',
    '[1,]',
    "{'a':1}",
    '{"a":1}}',
    '{"a":1} {}',
    '"open',
    '"open\\',
    '01',
    '+1',
    'NaN',
    '"\n"',
    '// a\n{}',
    '{"a"::1}',
    'undefined',
  ])('is refused: %j', (text) => {
    expect(faultOf(text)).toBe('syntax');
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong quote', [0x22, 0xc0, 0xa2, 0x22]],
    ['a surrogate as UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character cut off', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x22, 0x00, 0x22, 0x00]],
  ])('is refused for its encoding: %s', (_what, bytes) => {
    expect(parseJson(Buffer.from(bytes), BOUNDS)).toEqual({ ok: false, fault: 'encoding' });
  });
});

describe('a random value within the bounds', () => {
  const bounds = { maxDepth: 6, maxArrayLength: 5, maxMembers: 5 };
  const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

  it('is what JSON.parse makes of its text, however that is laid out', () => {
    for (const seed of seeds) {
      const text = JSON.stringify(randomValue(randomNumbers(seed), bounds.maxDepth), null, seed % 3);

      const verdict = parse(text, bounds);

      expect(verdict, `seed ${seed}`).toEqual({ ok: true, value: JSON.parse(text) });
    }
  });

  it('is refused as soon as one member of it is written twice', () => {
    for (const seed of seeds) {
      const inner = JSON.stringify(randomValue(randomNumbers(seed), bounds.maxDepth - 1));
      const text = `{"twice":${inner},"other":0,"twice":${inner}}`;

      const verdict = parse(text, bounds);

      expect(verdict, `seed ${seed}`).toEqual({ ok: false, fault: 'duplicate_member' });
    }
  });
});

/** Numbers from 0 up to below 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Made of what could be taken for structure. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  '\\"',
  '/',
  '\n',
  'a',
  '0',
  'é',
  '👩',
  '\u0000',
  ' ',
];

function randomValue(random: () => number, depth: number): unknown {
  const below = (bound: number): number => Math.floor(random() * bound);
  const text = (): string => Array.from({ length: below(8) }, () => PIECES[below(PIECES.length)]).join('');
  const kind = below(depth > 0 ? 6 : 4);
  if (kind === 4) {
    return Array.from({ length: below(6) }, () => randomValue(random, depth - 1));
  }
  if (kind === 5) {
    const members = Array.from({ length: below(6) }, () => [text(), randomValue(random, depth - 1)] as const);
    return Object.fromEntries(members);
  }
  return [text(), (random() - 0.5) * 10 ** below(20), below(1000), [null, true, false][below(3)]][kind];
}
