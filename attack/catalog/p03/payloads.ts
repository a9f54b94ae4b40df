/** Texts that mean something to an interpreter behind the API: data, and nothing else. */
export const INJECTIONS: readonly string[] = [
  `' OR '1'='1`,
  `'; DROP TABLE customers; --`,
  `' UNION SELECT NULL, NULL, NULL --`,
  `1; SELECT pg_sleep(3) --`,
  `' || (SELECT pg_sleep(3)) || '`,
  String.raw`\'; SELECT 1; --`,
  '$1',
  '{{7*7}}',
  '${7*7}',
  '<%= 7*7 %>',
  '#{7*7}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '$(sleep 3)',
  '| sleep 3 #',
  '../../../../etc/passwd',
  '%s%n%x',
  '*)(objectClass=*',
  '${jndi:ldap://127.0.0.1:9/a}',
  '__proto__',
  'constructor',
];

/** Characters that no line of text needs, and that steer logs, terminals, headers and readers. */
export const CONTROLS: Readonly<Record<string, string>> = {
  NUL: 'a\0b',
  CRLF: 'a\r\nX-Attack: 1',
  'a line feed': 'a\nb',
  'an escape sequence': 'a\u001B[31mb',
  'a backspace': 'a\bb',
  'a C1 control': 'a\u0085b',
  'a line separator': 'a\u2028b',
  'a right-to-left override': 'a\u202Eb',
  'an isolate': 'a\u2066b',
  'a lone surrogate': 'a\uD800b',
};

/** Values of other types than text. */
export const TYPES: Readonly<Record<string, unknown>> = {
  'a number': 7,
  'a boolean': true,
  'a list': ['a'],
  'an operator': { $ne: null },
  'an object with toString': { toString: 'a' },
};

/** What a payload turns into when it was calculated and not stored. */
export const CALCULATED = '49';
export const SLEEP_MILLISECONDS = 2800;
