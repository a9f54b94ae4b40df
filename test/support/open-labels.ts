import { Injectable } from '@nestjs/common';
import { RequestLog } from '../../src/monitoring/log/request-log.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';

/** Counts requests as they came: by the method and the path that the caller chose. */
@Injectable()
export class OpenLabels {
  constructor(metrics: Metrics, requestLog: RequestLog) {
    const requests = metrics.counter({
      name: 'http_requests_total',
      help: 'Requests.',
      labels: ['method', 'route', 'status'],
    });
    requestLog.subscribe(({ method, url }, { status }) => {
      requests.inc({ method, route: url, status: String(status) });
    });
  }
}
