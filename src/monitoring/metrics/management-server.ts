import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { answerWithProblem } from '../../platform/errors/problem-writer.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MetricsConfig } from './metrics.config.js';

const PATH = '/metrics';

/** Whoever scrapes is near and sends no body: few connections, and no time to hold one open. */
const MAX_CONNECTIONS = 20;
const LIMITS = { requestTimeout: 5000, headersTimeout: 5000, maxHeaderSize: 8192 };

/**
 * Metrics for the monitoring, on a port of their own: how busy and how broken a service is helps whoever
 * attacks it, and a path of the API could be reached by a mistake in a proxy.
 */
@Injectable()
export class ManagementServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ManagementServer.name);
  private server: Server | undefined;

  constructor(
    private readonly config: MetricsConfig,
    private readonly metrics: Metrics,
  ) {}

  /** The port that it listens on; undefined while it does not. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { host, port } = this.config;
    if (port === undefined) {
      return;
    }
    this.server = createServer(LIMITS, (request, response) => void this.answer(request, response));
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.listen(port, host);
    await once(this.server, 'listening');
    this.logger.log(`${PATH} on ${host}, port ${this.port}`);
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (method !== 'GET' || url !== PATH) {
        throw new AppError(platformErrors.notFound);
      }
      const text = await this.metrics.text();
      response.setHeader('content-type', this.metrics.contentType);
      response.end(text);
    } catch (error) {
      answerWithProblem(error, response);
    }
  }
}
