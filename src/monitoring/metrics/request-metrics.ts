import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../platform/metrics/metrics.js';
import { RequestLog, type Answer } from '../log/request-log.js';

/** Closed lists: a method, a path or a status that somebody made up would be a series of its own, for ever. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'other';
const NO_ROUTE = 'none';
const NO_ANSWER = 'aborted';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The series of one route and method, looked up once. */
interface RouteSeries {
  readonly duration: Histogram.Internal<'method' | 'route'>;
  readonly byStatus: Map<number | null, Counter.Internal>;
}

/** How many requests there are, how they end and how long they take, for each route's template. */
@Injectable()
export class RequestMetrics {
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly durations: Histogram<'method' | 'route'>;
  private readonly routes = new Map<string, Map<string, RouteSeries>>();

  constructor(metrics: Metrics, requestLog: RequestLog) {
    this.requests = metrics.counter({
      name: 'http_requests_total',
      help: 'Requests by the template of their route (`none`: no route) and the status of their answer (`aborted`: the caller had gone).',
      labels: ['method', 'route', 'status'],
    });
    this.durations = metrics.histogram(
      {
        name: 'http_request_duration_seconds',
        help: 'Time from the head of a request to the end of its answer.',
        labels: ['method', 'route'],
      },
      BUCKETS_SECONDS,
    );
    requestLog.subscribe((request, answer) => this.count(request, answer));
  }

  private count(request: FastifyRequest, { status, durationMilliseconds }: Answer): void {
    const method = METHODS.has(request.method) ? request.method : OTHER_METHOD;
    const route = request.routeOptions.url ?? NO_ROUTE;
    const series = this.seriesOf(route, method);
    let requests = series.byStatus.get(status);
    if (requests === undefined) {
      requests = this.requests.labels({ method, route, status: String(status ?? NO_ANSWER) });
      series.byStatus.set(status, requests);
    }
    requests.inc();
    if (durationMilliseconds !== null) {
      series.duration.observe(durationMilliseconds / 1000);
    }
  }

  private seriesOf(route: string, method: string): RouteSeries {
    let methods = this.routes.get(route);
    if (methods === undefined) {
      methods = new Map();
      this.routes.set(route, methods);
    }
    let series = methods.get(method);
    if (series === undefined) {
      series = { duration: this.durations.labels({ method, route }), byStatus: new Map() };
      methods.set(method, series);
    }
    return series;
  }
}
