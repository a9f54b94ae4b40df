import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { configSlice } from './config-slice.js';
import { parseConfiguration, variablesOf, type Environment } from './configuration.js';
import {
  absoluteUrl,
  connectionUrl,
  listOf,
  oneOf,
  randomSecret,
  text,
  wholeNumber,
} from './setting-types.js';

class ShopConfig extends configSlice({
  title: 'Shop',
  prefix: 'SHOP_',
  settings: {
    name: { variable: 'SHOP_NAME', schema: text({ maxLength: 10 }), description: '' },
    shelves: {
      variable: 'SHOP_SHELVES',
      schema: wholeNumber({ min: 1, max: 99 }).default(3),
      description: '',
    },
    safe: { variable: 'SHOP_SAFE', schema: text().optional(), description: '', secret: true },
  },
  rules: ({ name, shelves }, { isProduction }) =>
    isProduction && shelves > 50
      ? [{ variable: 'SHOP_SHELVES', rule: `is too many for ${name.length}` }]
      : [],
}) {}

class YardConfig extends configSlice({
  title: 'Yard',
  settings: { gates: { variable: 'GATES', schema: wholeNumber({ min: 1, max: 9 }), description: '' } },
}) {}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = { SHOP_NAME: 'corner', GATES: '2', NODE_ENV: 'test' };

const parse = (environment: Environment) => parseConfiguration([ShopConfig, YardConfig], environment);
const shopOf = (environment: Environment) => parse({ ...GOOD, ...environment }).get(ShopConfig) as ShopConfig;

/** `VARIABLE rule` of every fault. */
function faultsOf(environment: Environment): string[] {
  try {
    parse(environment);
  } catch (error) {
    return (error as ConfigError).problems.map(({ variable, rule }) => `${variable} ${rule}`);
  }
  return [];
}

function fileWith(content: string): string {
  const file = path.join(folder, 'safe');
  writeFileSync(file, content);
  return file;
}

describe('the configuration', () => {
  it('holds one value per slice, with the defaults of what is absent', () => {
    const configuration = parse(GOOD);

    expect(configuration.get(ShopConfig)).toEqual({ name: 'corner', shelves: 3, safe: undefined });
    expect(configuration.get(YardConfig)).toEqual({ gates: 2 });
    expect(configuration.get(ShopConfig)).toBeInstanceOf(ShopConfig);
  });

  it('is frozen', () => {
    const shop = shopOf({}) as { shelves: number };

    expect(() => (shop.shelves = 9)).toThrow(TypeError);
    expect(shop.shelves).toBe(3);
  });

  it('takes an empty variable for an absent one', () => {
    expect(shopOf({ SHOP_SHELVES: '' }).shelves).toBe(3);
    expect(faultsOf({ ...GOOD, SHOP_NAME: '' })).toEqual(['SHOP_NAME is required']);
  });
});

describe('the faults', () => {
  it('are reported all at once, over all slices', () => {
    const faults = faultsOf({
      SHOP_SHELVES: '0',
      SHOP_SAFE: 'x',
      SHOP_SAFE_FILE: '/x',
      SHOP_DOOR: '1',
      GATES: 'two',
    });

    expect(faults).toEqual([
      'SHOP_DOOR is not a setting of this program: a typing error, or a credential that it must not hold',
      'SHOP_NAME is required',
      'SHOP_SHELVES is not between 1 and 99',
      'SHOP_SAFE and SHOP_SAFE_FILE exclude each other',
      'GATES is not a whole number in decimal digits',
    ]);
  });

  it('of a variable are reported although the name of another faulty one goes on after it', () => {
    class PairConfig extends configSlice({
      title: 'Pair',
      settings: {
        size: { variable: 'SAFE_SIZE', schema: wholeNumber({ min: 1, max: 9 }), description: '' },
        safe: { variable: 'SAFE', schema: text(), description: '' },
      },
    }) {}

    expect(() => parseConfiguration([PairConfig], {})).toThrow('has 2 fault(s)');
  });

  it('are told by name and never by value', () => {
    const marked = 'marked-4711-value';
    const environment = {
      SHOP_NAME: marked,
      SHOP_SHELVES: marked,
      SHOP_SAFE_FILE: marked,
      SHOP_X: marked,
      GATES: marked,
    };

    expect(() => parse(environment)).toThrow(ConfigError);
    expect(() => parse(environment)).toThrow('The configuration has 5 fault(s)');
    expect(() => parse(environment)).not.toThrow(marked);
  });

  it('of several fields are looked for in the strict kind of environment unless another is named', () => {
    const crowded = { ...GOOD, SHOP_SHELVES: '51' };

    expect(faultsOf({ ...crowded, NODE_ENV: 'test' })).toEqual([]);
    expect(faultsOf({ ...crowded, NODE_ENV: 'development' })).toEqual([]);
    for (const kind of ['production', 'Test', '', undefined]) {
      expect(faultsOf({ ...crowded, NODE_ENV: kind })).toEqual(['SHOP_SHELVES is too many for 6']);
    }
  });
});

describe('a rule across slices', () => {
  class FenceConfig extends configSlice({
    title: 'Fence',
    settings: { height: { variable: 'FENCE', schema: wholeNumber({ min: 1, max: 9 }), description: '' } },
    rules: ({ height }, { read }) => {
      const gates = read(YardConfig)?.gates;
      return gates !== undefined && gates > height ? [{ variable: 'FENCE', rule: 'is too low' }] : [];
    },
  }) {}
  const faults = (environment: Environment): string => {
    try {
      parseConfiguration([FenceConfig, YardConfig], environment);
      return '';
    } catch (error) {
      return (error as ConfigError).message;
    }
  };

  it('sees the values of a slice that comes later', () => {
    expect(faults({ FENCE: '1', GATES: '2' })).toContain('FENCE is too low');
    expect(faults({ FENCE: '2', GATES: '2' })).toBe('');
  });

  it('sees nothing of a faulty one, whose own faults are reported', () => {
    expect(faults({ FENCE: '1', GATES: '99' })).toContain('has 1 fault(s)');
  });
});

describe('a variable with a prefix of ours', () => {
  it.each(['SHOP_SHELFS', 'SHOP_', 'SHOP_NAME_FILE', 'SHOP_name', 'SHOP_PORTS', 'SHOP_SAFE_FILE_FILE'])(
    'is refused when it is no setting: %s',
    (variable) => {
      expect(faultsOf({ ...GOOD, [variable]: 'x' })).toEqual([
        `${variable} is not a setting of this program: a typing error, or a credential that it must not hold`,
      ]);
    },
  );

  it.each([
    'SHOP_SERVICE_HOST',
    'SHOP_SERVICE_PORT',
    'SHOP_SERVICE_PORT_HTTPS',
    'SHOP_PORT',
    'SHOP_PORT_443_TCP',
    'SHOP_PORT_443_TCP_ADDR',
    'SHOP_PORT_53_UDP_PROTO',
  ])('is let pass when Kubernetes put it there: %s', (variable) => {
    expect(faultsOf({ ...GOOD, [variable]: 'tcp://10.0.0.1:443' })).toEqual([]);
  });

  it('says nothing about variables of others', () => {
    expect(faultsOf({ ...GOOD, PATH: '/bin', MY_SHOP_NAME: 'x', SHOPPING: 'x' })).toEqual([]);
  });
});

describe('a secret from a file', () => {
  it.each([
    ['content', 'content'],
    ['content\n', 'content'],
    ['content\r\n', 'content'],
    ['content\n\n', 'content\n'],
    [' content ', ' content '],
  ])('is the content without the last line break: %j', (content, secret) => {
    expect(shopOf({ SHOP_SAFE_FILE: fileWith(content) }).safe).toBe(secret);
  });

  it('excludes the variable itself, unless that is empty', () => {
    const SHOP_SAFE_FILE = fileWith('content');

    expect(shopOf({ SHOP_SAFE: '', SHOP_SAFE_FILE }).safe).toBe('content');
    expect(faultsOf({ ...GOOD, SHOP_SAFE: 'other', SHOP_SAFE_FILE })).toEqual([
      'SHOP_SAFE and SHOP_SAFE_FILE exclude each other',
    ]);
  });

  it.each(['absent', '.'])('that cannot be read is a fault: %s', (name) => {
    expect(faultsOf({ ...GOOD, SHOP_SAFE_FILE: path.join(folder, name) })).toEqual([
      'SHOP_SAFE_FILE names a file that cannot be read',
    ]);
  });

  it('is known for secrets only', () => {
    expect(variablesOf(ShopConfig)).toEqual(['SHOP_NAME', 'SHOP_SHELVES', 'SHOP_SAFE', 'SHOP_SAFE_FILE']);
  });
});

describe('the kinds of setting', () => {
  it.each(['0x10', '1e1', ' 7', '7 ', '07', '+7', '-1', '7.0', '', '٧', '1_0', '9'.repeat(16)])(
    '%j is no whole number',
    (value) => {
      expect(wholeNumber({ min: 0, max: 99 }).safeParse(value).success).toBe(false);
    },
  );

  it.each([
    ['0', 0],
    ['99', 99],
  ])('%j is a whole number', (value, number) => {
    expect(wholeNumber({ min: 0, max: 99 }).parse(value)).toBe(number);
  });

  it.each(['https://id.example', 'https://id.example/realm?x=1'])('%s is an absolute URL', (url) => {
    expect(absoluteUrl('https').safeParse(url).success).toBe(true);
  });

  it.each([
    'id.example',
    '/path',
    'http://id.example',
    'https://u@id.example',
    'https://u:p@id.example',
    'https://id.example/#x',
    'javascript:alert(1)',
  ])('%s is no https URL without credentials and fragment', (url) => {
    expect(absoluteUrl('https').safeParse(url).success).toBe(false);
  });

  it('take lists and words only as they are declared', () => {
    expect(listOf(/^[ab]$/, 'no').parse('a, b')).toEqual(['a', 'b']);
    expect(listOf(/^[ab]$/, 'no').safeParse('a,,b').success).toBe(false);
    expect(listOf(/^[ab]$/, 'no').safeParse('').success).toBe(false);
    expect(oneOf(['on', 'off']).safeParse('ON').success).toBe(false);
    expect(connectionUrl('redis').safeParse('http://u:p@h').success).toBe(false);
  });
});

describe('a random secret', () => {
  it.each([
    ['', 'mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQvE9tN3MuY'],
    [', of its alphabet for URLs, too', 'k-_ZqX7fWm2Vt9Rb4Ny6Hc8Jd3Lg5Ps1Ua0Eo2Ti4Bx7'],
    [', although chance has counted a little', 'mGf7Yx0RkqT51234W8LzUe4JcA6dHs1oPiQvE9tN3MuY'],
  ])('of 32 bytes in base64 is taken%s', (_what, secret) => {
    expect(randomSecret().safeParse(secret).success).toBe(true);
  });

  it.each([
    ['too short', 'mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQvE9tN3M'],
    ['too long', 'mGf7Yx0RkqT5n2Vb'.repeat(33)],
    ['no base64', 'mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQvE9tN3Mu!'],
    ['a placeholder', 'change-me-mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQ'],
    ['a placeholder in capitals', 'REPLACE_ME_mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQ'],
    ['counted up', '1234567890mGf7Yx0RkqT5n2VbW8LzUe4JcA6dHs1oPiQ'],
    ['a zero in base64', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['a word again and again', 'correcthorse'.repeat(5)],
  ])('is refused when it is %s', (_what, secret) => {
    expect(randomSecret().safeParse(secret).success).toBe(false);
  });
});
