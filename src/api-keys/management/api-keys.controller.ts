import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { apiKeysErrors } from '../api-keys.errors.js';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import type { FastifyReply } from 'fastify';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { CredentialEndpoint } from '../../platform/http/routes/credential-endpoint.decorator.js';
import {
  ApiKeyListRepresentation,
  ApiKeyRepresentation,
  IssuedApiKeyRepresentation,
} from './api-key-representation.dto.js';
import { representIssuedKey, representKey } from './api-key-representation.js';
import {
  ApiKeyPath,
  CreateApiKeyBody,
  ListApiKeysQuery,
  RotateApiKeyBody,
  UpdateApiKeyBody,
} from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { Caller } from './caller.decorator.js';
import type { KeyCaller } from './key-caller.js';

const READ = 'api-keys:read';
const WRITE = 'api-keys:write';

/** A key that makes or changes keys must still stand itself, with its newest secret. */
const OF_CHANGES = [apiKeysErrors.beyondCaller, apiKeysErrors.over, apiKeysErrors.superseded] as const;

/** Keys for programs: of a person, of the tenant for administrators, or of a key that makes keys. */
@ApiTags('API keys')
@Controller({ path: 'api-keys', version: '2' })
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Make a key',
    description:
      'With at most the scopes of whoever makes it. The key is shown in this answer and never again.',
  })
  @ApiCreatedResponse({ description: 'The key, this once.', type: IssuedApiKeyRepresentation })
  @SetsHeaders('Location')
  @Raises(...OF_CHANGES, apiKeysErrors.tooMany)
  @CredentialEndpoint()
  @RequireScopes(WRITE)
  async create(
    @Caller() caller: KeyCaller,
    @Body()
    { name, scopes, readOnly = false, allowedNetworks = [], expiresInDays, ratePlan }: CreateApiKeyBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedApiKeyRepresentation> {
    const wanted = { name, scopes, isReadOnly: readOnly, allowedNetworks, expiresInDays, ratePlan };
    const issued = await this.keys.create(caller, wanted);
    reply.header('location', `/v2/api-keys/${issued.key.id}`);
    return representIssuedKey(issued, this.now());
  }

  @Get()
  @ApiOperation({
    summary: 'List keys',
    description: 'One’s own; for administrators all of the tenant. Newest first.',
  })
  @ApiOkResponse({ description: 'One page.', type: ApiKeyListRepresentation })
  @RequireScopes(READ)
  async list(
    @Caller() caller: KeyCaller,
    @Query() { limit, cursor }: ListApiKeysQuery,
  ): Promise<ApiKeyListRepresentation> {
    const { keys, nextCursor } = await this.keys.list(caller, limit, cursor);
    return { data: keys.map((key) => representKey(key, this.now())), nextCursor };
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a key',
    description: 'What it may do, until when, and when it was used last.',
  })
  @ApiOkResponse({ description: 'The key without its secret.', type: ApiKeyRepresentation })
  @Raises(apiKeysErrors.notFound)
  @RequireScopes(READ)
  async get(@Caller() caller: KeyCaller, @Param() { id }: ApiKeyPath): Promise<ApiKeyRepresentation> {
    return representKey(await this.keys.get(caller, id), this.now());
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a key',
    description: 'Its name, its networks, its rate plan. Scopes never change: make another key.',
  })
  @ApiOkResponse({ description: 'The key as it is now.', type: ApiKeyRepresentation })
  @Raises(...OF_CHANGES, apiKeysErrors.notFound)
  @RequireScopes(READ, WRITE)
  async change(
    @Caller() caller: KeyCaller,
    @Param() { id }: ApiKeyPath,
    @Body() body: UpdateApiKeyBody,
  ): Promise<ApiKeyRepresentation> {
    const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    return representKey(await this.keys.change(caller, id, changes), this.now());
  }

  @Post(':id/rotate')
  @ApiOperation({
    summary: 'Rotate a key',
    description: 'The key gets a new secret; the old one stays good for graceSeconds.',
  })
  @ApiOkResponse({ description: 'The new key, this once.', type: IssuedApiKeyRepresentation })
  @Raises(...OF_CHANGES, apiKeysErrors.notFound, apiKeysErrors.changedMeanwhile)
  @HttpCode(200)
  @RequireScopes(WRITE)
  async rotate(
    @Caller() caller: KeyCaller,
    @Param() { id }: ApiKeyPath,
    @Body() { graceSeconds }: RotateApiKeyBody,
  ): Promise<IssuedApiKeyRepresentation> {
    return representIssuedKey(await this.keys.rotate(caller, id, graceSeconds), this.now());
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Revoke a key',
    description: 'At once, on every instance, with all keys that it has made.',
  })
  @ApiNoContentResponse({ description: 'It opens nothing any more.' })
  @Raises(...OF_CHANGES, apiKeysErrors.notFound)
  @HttpCode(204)
  @RequireScopes(WRITE)
  async revoke(@Caller() caller: KeyCaller, @Param() { id }: ApiKeyPath): Promise<void> {
    await this.keys.revoke(caller, id);
  }

  private now(): Date {
    return new Date(this.clock.nowMilliseconds());
  }
}
