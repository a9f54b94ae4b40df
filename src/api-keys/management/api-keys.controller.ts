import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { CredentialEndpoint } from '../../platform/http/routes/credential-endpoint.decorator.js';
import {
  representIssuedKey,
  representKey,
  type ApiKeyRepresentation,
  type IssuedApiKeyRepresentation,
} from './api-key-representation.js';
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

/** Keys for programs: of a person, of the tenant for administrators, or of a key that makes keys. */
@Controller({ path: 'api-keys', version: '2' })
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Post()
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
  @RequireScopes(READ)
  async list(
    @Caller() caller: KeyCaller,
    @Query() { limit, cursor }: ListApiKeysQuery,
  ): Promise<{ data: ApiKeyRepresentation[]; nextCursor: string | null }> {
    const { keys, nextCursor } = await this.keys.list(caller, limit, cursor);
    return { data: keys.map((key) => representKey(key, this.now())), nextCursor };
  }

  @Get(':id')
  @RequireScopes(READ)
  async get(@Caller() caller: KeyCaller, @Param() { id }: ApiKeyPath): Promise<ApiKeyRepresentation> {
    return representKey(await this.keys.get(caller, id), this.now());
  }

  @Patch(':id')
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
  @HttpCode(204)
  @RequireScopes(WRITE)
  async revoke(@Caller() caller: KeyCaller, @Param() { id }: ApiKeyPath): Promise<void> {
    await this.keys.revoke(caller, id);
  }

  private now(): Date {
    return new Date(this.clock.nowMilliseconds());
  }
}
