import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { createAdapter } from '../../../src/create-app.js';
import { SensitiveReadsInterceptor } from '../../../src/customers/sensitive-reads.interceptor.js';
import { Alerts } from '../../../src/monitoring/alerts/alerts.js';
import { AnswerWatch } from '../../../src/monitoring/detection/answers/answer-watch.js';
import { Detection } from '../../../src/monitoring/detection/detection.js';
import { RequestLog } from '../../../src/monitoring/log/request-log.js';
import { EventMetrics } from '../../../src/monitoring/metrics/event-metrics.js';
import { RequestMetrics } from '../../../src/monitoring/metrics/request-metrics.js';
import { ProblemFilter } from '../../../src/platform/errors/problem.filter.js';
import { SecurityEvents } from '../../../src/platform/events/security-events.js';
import { CarelessRequestLog } from '../careless-request-log.js';
import { OpenLabels } from '../open-labels.js';
import { UntiringAlerts } from '../untiring-alerts.js';
import { BlockedAddresses } from '../../../src/monitoring/response/blocked-addresses.js';
import { ContainedCallers } from '../../../src/monitoring/response/contained-callers.js';
import { replace, type Removal } from './removal.js';

/** Defences of monitoring and of the error writer, and how each is taken out. */
export const monitoringRemovals = {
  'security events': {
    override: replace(SecurityEvents, { write: () => undefined, subscribe: () => undefined }),
  },
  'request line of templates': {
    override: (builder) => void builder.overrideProvider(RequestLog).useClass(CarelessRequestLog),
  },
  'metrics of requests': { override: replace(RequestMetrics, {}) },
  'metrics of security events': { override: replace(EventMetrics, {}) },
  'closed labels': {
    override: (builder) => void builder.overrideProvider(RequestMetrics).useClass(OpenLabels),
  },
  detection: {
    override: (builder) => {
      builder.overrideProvider(Detection).useValue({});
      builder.overrideProvider(AnswerWatch).useValue({ compare: () => Promise.resolve() });
    },
  },
  'alert cool-down': {
    override: (builder) => void builder.overrideProvider(Alerts).useClass(UntiringAlerts),
  },
  'record of sensitive reads': {
    override: (builder) =>
      void builder.overrideInterceptor(SensitiveReadsInterceptor).useValue({
        intercept: (_context: ExecutionContext, next: CallHandler) => next.handle(),
      }),
  },
  'request context': {
    adapter: (configuration) => {
      const adapter = createAdapter(configuration);
      const outside = AsyncLocalStorage.snapshot();
      adapter.getInstance().addHook('preValidation', (_request, _reply, done) => outside(done));
      return adapter;
    },
  },
  'problem documents': {
    override: replace(ProblemFilter, {
      catch: (thrown: Error, host: ExecutionContext) => {
        const reply = host.switchToHttp().getResponse<FastifyReply>();
        void reply.status(500).send({ message: thrown.message, stack: thrown.stack });
      },
    }),
  },
  'containment of callers': { override: replace(ContainedCallers, {}) },
  'blocked addresses': { override: replace(BlockedAddresses, { register: () => undefined }) },
} as const satisfies Record<string, Removal>;
