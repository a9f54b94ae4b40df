import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { AllowReadOnly } from '../../auth/access/allow-read-only.decorator.js';
import { RequireAuthentication } from '../../auth/access/require-authentication.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { apiKeysErrors } from '../api-keys.errors.js';
import {
  representIssuedKey,
  representKey,
  type ApiKeyRepresentation,
  type IssuedApiKeyRepresentation,
} from './api-key-representation.js';
import { RotateApiKeyBody } from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { Caller } from './caller.decorator.js';
import type { KeyCaller } from './key-caller.js';

/** What every key may do with itself, whatever its scopes are. */
@Controller({ path: 'api-keys/current', version: '2' })
export class CurrentKeyController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequireAuthentication()
  async get(@Caller() caller: KeyCaller): Promise<ApiKeyRepresentation> {
    return representKey(await this.keys.get(caller, currentId(caller)), this.now());
  }

  @Post('rotate')
  @HttpCode(200)
  @AllowReadOnly()
  @RequireAuthentication()
  async rotate(
    @Caller() caller: KeyCaller,
    @Body() { graceSeconds }: RotateApiKeyBody,
  ): Promise<IssuedApiKeyRepresentation> {
    return representIssuedKey(await this.keys.rotate(caller, currentId(caller), graceSeconds), this.now());
  }

  private now(): Date {
    return new Date(this.clock.nowMilliseconds());
  }
}

function currentId({ apiKey }: KeyCaller): string {
  if (!apiKey) {
    throw new AppError(apiKeysErrors.none);
  }
  return apiKey.id;
}
