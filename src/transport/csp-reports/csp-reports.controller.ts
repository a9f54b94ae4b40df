import { Body, Controller, HttpCode, Post, Req, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { TakesJson } from '../../validation/boundary/json-format.decorator.js';
import { CSP_REPORTS_PATH } from '../headers/header-sets.js';
import { CspReports } from './csp-report.dto.js';
import { KnownViolations } from './known-violations.js';
import { violationsIn } from './report-formats.js';

const MAX_KNOWN = 1000;
const MAX_NEW_PER_HOUR = 100;

/** Takes what browsers report. They have no credential, and no use for an answer. */
@ApiExcludeController()
@Controller({ path: CSP_REPORTS_PATH, version: VERSION_NEUTRAL })
export class CspReportsController {
  private readonly known = new KnownViolations(MAX_KNOWN, MAX_NEW_PER_HOUR);

  constructor(
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** Not as application/json: browsers never send that, and a form on another site could not be told apart. */
  @Post()
  @Public()
  @HttpCode(204)
  @TakesJson({ mediaTypes: ['application/csp-report', 'application/reports+json'], reshape: violationsIn })
  report(@Body() { violations }: CspReports, @Req() request: FastifyRequest): void {
    for (const { directive, disposition, blocked, page } of violations) {
      const violation = { directive, disposition, blocked, page };
      if (this.known.isNews(violation, this.clock.nowSeconds())) {
        this.events.write('csp_violation', violation, request);
      }
    }
  }
}
