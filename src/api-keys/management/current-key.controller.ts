import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { AllowReadOnly } from '../../auth/access/allow-read-only.decorator.js';
import { RequireAuthentication } from '../../auth/access/require-authentication.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { apiKeysErrors } from '../api-keys.errors.js';
import { ApiKeyRepresentation, IssuedApiKeyRepresentation } from './api-key-representation.dto.js';
import { representIssuedKey, representKey } from './api-key-representation.js';
import { RotateApiKeyBody } from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { Caller } from './caller.decorator.js';
import type { KeyCaller } from './key-caller.js';

/** What every key may do with itself, whatever its scopes are. */
@ApiTags('API keys')
@Controller({ path: 'api-keys/current', version: '2' })
export class CurrentKeyController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the key of this request',
    description: 'For a program that wants to know until when its key is good.',
  })
  @ApiOkResponse({ description: 'The key without its secret.', type: ApiKeyRepresentation })
  @Raises(apiKeysErrors.none)
  @RequireAuthentication()
  async get(@Caller() caller: KeyCaller): Promise<ApiKeyRepresentation> {
    return representKey(await this.keys.get(caller, currentId(caller)), this.now());
  }

  @Post('rotate')
  @ApiOperation({
    summary: 'Rotate the key of this request',
    description:
      'A program renews its own key, without anybody’s help: store the new one, then use it; the old one stays good for graceSeconds.',
  })
  @ApiOkResponse({ description: 'The new key, this once.', type: IssuedApiKeyRepresentation })
  @Raises(apiKeysErrors.none, apiKeysErrors.over, apiKeysErrors.superseded, apiKeysErrors.changedMeanwhile)
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
