import { describe, expect, it } from 'vitest';
import { isAllowedText, normalizeText, patternOf } from './text.js';

const LINE = { minLength: 1, maxLength: 10, isMultiline: false };
const LINES = { ...LINE, isMultiline: true };
const MAY_BE_EMPTY = { ...LINES, minLength: 0 };

describe('normalizeText', () => {
  it('composes, so that one word has one spelling', () => {
    expect(normalizeText('e\u0301')).toBe('\u00e9');
    expect(normalizeText('\u212b')).toBe('\u00c5');
  });

  it('does not fold what only looks alike', () => {
    expect(normalizeText('\ufb01')).toBe('\ufb01');
  });

  it.each(['', 'plain', '\u00e9', '你好', '👩‍👩‍👧'])('leaves %j as it is', (text) => {
    expect(normalizeText(text)).toBe(text);
  });
});

describe('isAllowedText', () => {
  it.each(['a', 'Zoë', "O'Brien", '王小明', '👩‍💻', '<b>', "'; --", '\u200d', '10 letters'])(
    'takes %j on one line',
    (text) => {
      expect(isAllowedText(text, LINE)).toBe(true);
    },
  );

  it.each([
    ['nothing', ''],
    ['blanks only', '   '],
    ['other blanks only', '\u00a0\u3000'],
    ['eleven letters', '11 letters.'],
    ['eleven code units in six characters', '👩👩👩👩👩a'],
    ['a null character', 'a\u0000b'],
    ['an escape', '\u001b[31m'],
    ['a delete', 'a\u007f'],
    ['a control of the second set', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['an override to the left', 'a\u202eb'],
    ['an embedding', 'a\u202ab'],
    ['an isolate', 'a\u2066b'],
    ['the end of an isolate', 'a\u2069b'],
    ['half a character, first', 'a\ud83d'],
    ['half a character, second', '\udc69b'],
    ['a tab', 'a\tb'],
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
  ])('refuses %s on one line', (_what, text) => {
    expect(isAllowedText(text, LINE)).toBe(false);
  });

  it.each(['a\nb', 'a\r\nb', '\ta'])('takes %j on several lines', (text) => {
    expect(isAllowedText(text, LINES)).toBe(true);
  });

  it.each(['a\u0000b', 'a\u000bb', 'a\u2028b', '\n\n', 'a\u202e\nb'])(
    'refuses %j on several lines',
    (text) => {
      expect(isAllowedText(text, LINES)).toBe(false);
    },
  );

  it.each(['', ' ', '\n'])('takes %j where text may be empty', (text) => {
    expect(isAllowedText(text, MAY_BE_EMPTY)).toBe(true);
  });

  it('counts line breaks towards the length', () => {
    expect(isAllowedText('\n'.repeat(11), MAY_BE_EMPTY)).toBe(false);
  });

  it('has as many letters as are wanted at least', () => {
    expect(isAllowedText('abc', { ...LINE, minLength: 3 })).toBe(true);
    expect(isAllowedText('ab', { ...LINE, minLength: 3 })).toBe(false);
  });

  it('answers alike however often it is asked', () => {
    const answers = [1, 2, 3].map(() => isAllowedText('a\nb\nc', LINES) && !isAllowedText('a\u0000', LINES));

    expect(answers).toEqual([true, true, true]);
  });
});

describe('patternOf', () => {
  const CHARACTERS = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code));

  it.each([LINE, LINES, MAY_BE_EMPTY, { ...LINE, minLength: 0 }])(
    'documents the same characters and blanks as are taken (%j)',
    (rules) => {
      const pattern = new RegExp(patternOf(rules));
      const texts = ['', ' ', ...CHARACTERS, ...CHARACTERS.map((one) => `a${one}b`)];

      expect(texts.filter((text) => pattern.test(text) !== isAllowedText(text, rules))).toEqual([]);
    },
  );
});
