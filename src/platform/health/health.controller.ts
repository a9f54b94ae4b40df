import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AppError } from '../errors/app-error.js';
import { platformErrors } from '../errors/platform.errors.js';
import { Public } from '../http/routes/public.decorator.js';
import { Probe } from '../http/routes/probe.decorator.js';
import { Readiness } from './readiness.js';

/** For the orchestrator: is the process alive, and may it take traffic? */
@ApiExcludeController()
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Public()
  @Probe()
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Strangers learn that something is missing, the log says what. */
  @Get('ready')
  @Public()
  @Probe()
  async ready(): Promise<{ status: 'ready' }> {
    const failing = await this.readiness.failing();
    if (failing.length > 0) {
      throw new AppError(platformErrors.unavailable, { headers: { 'retry-after': '5' } });
    }
    return { status: 'ready' };
  }
}
