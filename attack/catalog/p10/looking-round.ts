import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn } from '../../engine/judgements.ts';
import { requestAttack, type RequestAttack } from '../../engine/request-attack.ts';

/* What a stranger finds by looking round. */

const FILES = [
  '/.env',
  '/.env.local',
  '/.git/config',
  '/.git/HEAD',
  '/.npmrc',
  '/package.json',
  '/package-lock.json',
  '/Dockerfile',
  '/docker-compose.yml',
  '/tsconfig.json',
  '/dist/main.js',
  '/src/main.ts',
  '/main.js.map',
  '/node_modules/pg/package.json',
  '/backup.sql',
  '/id_rsa',
  '/config.json',
  '/.aws/credentials',
  '/.DS_Store',
  '/server-status',
  '/metrics',
  '/actuator/env',
  '/actuator/health',
  '/debug/pprof/',
  '/debug',
  '/console',
  '/admin',
  '/phpinfo.php',
  '/wp-login.php',
  '/graphql',
  '/swagger',
  '/swagger.json',
  '/swagger-ui.html',
  '/api-docs',
  '/v3/api-docs',
  '/openapi.yaml',
  '/openapi/v2.yaml',
  '/openapi/v99.json',
  '/health',
  '/health/env',
  '/healthz',
  '/info',
  '/version',
  '/trace',
  '/__debug__',
  '/_profiler',
];

const TRAVERSALS = [
  '/docs/../package.json',
  '/docs/..%2fpackage.json',
  '/docs/%2e%2e/package.json',
  '/docs/....//package.json',
  '/docs/..%5cpackage.json',
  '/docs/v2/..%2f..%2fpackage.json',
  '/docs/%00',
  '/docs/v2%00.html',
  '/docs//etc/passwd',
  '/openapi/..%2f..%2fpackage.json',
  '/openapi/v2.json%00',
  '/problems/..%2f..%2f.env',
  '/problems/constructor',
  '/problems/__proto__',
  '/.well-known/..%2f..%2fpackage.json',
  '/docs/assets/../../../../etc/passwd',
];

const LOOKING: readonly RequestAttack[] = [...FILES, ...TRAVERSALS].map((path, index) => ({
  id: `P10.4-look-${index + 1}`,
  name: `A stranger looks for ${path}.`,
  owasp: 'API9:2023',
  call: () => ({ path }),
  refusals: [404, 400, 401, 403],
  judge: (answer) => disclosedIn(answer),
}));

const DOCUMENTS: readonly RequestAttack[] = [
  ...[
    '/openapi/v1.json',
    '/openapi/v2.json',
    '/docs/',
    '/changelog',
    '/problems',
    '/health/ready',
    '/health/live',
  ].map((path) => ({
    id: `P10.4-inside${path.replaceAll(/\W+/g, '-').replace(/-$/, '')}`,
    name: `${path} tells how the inside is made.`,
    owasp: 'API9:2023' as const,
    call: () => ({ path }),
    judge: (answer: Answer) =>
      /localhost:5|postgres:\/\/|nestjs|fastify/i.test(answer.text) ? 'it names a part' : disclosedIn(answer),
  })),
  {
    id: 'P10.3-problem-markup',
    name: 'The page of a problem takes markup from its address.',
    owasp: 'API8:2023',
    call: () => ({ path: '/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E', headers: { accept: 'text/html' } }),
    judge: (answer) => (answer.text.includes('<script>alert') ? 'it runs' : undefined),
  },
  {
    id: 'P10.3-jsonp',
    name: 'A callback in the query makes a script of an answer.',
    owasp: 'API8:2023',
    call: ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?callback=attack` }),
    judge: (answer) => (answer.text.startsWith('attack(') ? 'it does' : undefined),
  },
];

export const LOOKING_ROUND: readonly Attack[] = [...LOOKING, ...DOCUMENTS].map(requestAttack);
