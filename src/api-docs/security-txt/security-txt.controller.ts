import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { SessionConfig } from '../../auth/session.config.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { LimitAs } from '../../rate-limit/limits/limit-as.decorator.js';
import { ApiDocsConfig } from '../api-docs.config.js';
import { securityTxt } from './security-txt.js';

@ApiExcludeController()
@Controller({ path: '.well-known/security.txt', version: VERSION_NEUTRAL })
export class SecurityTxtController {
  constructor(
    private readonly config: ApiDocsConfig,
    private readonly session: SessionConfig,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Public()
  @LimitAs('documentation')
  read(@Res({ passthrough: true }) reply: FastifyReply): string {
    const { securityContact: contact } = this.config;
    if (contact === undefined) {
      throw new AppError(platformErrors.notFound);
    }
    reply.type('text/plain; charset=utf-8');
    return securityTxt({
      contact,
      origin: this.session.publicOrigin,
      nowMilliseconds: this.clock.nowMilliseconds(),
    });
  }
}
