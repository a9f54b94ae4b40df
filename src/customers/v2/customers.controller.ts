import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import type { FastifyReply } from 'fastify';
import { AllowReadOnly } from '../../auth/access/allow-read-only.decorator.js';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { Idempotent } from '../../database/idempotency/idempotent.decorator.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { entityTag, ifNoneMatchHolds } from '../../platform/http/entity-tag.js';
import { RequestHeaders } from '../../validation/rules/request-headers.decorator.js';
import { customersErrors } from '../customers.errors.js';
import { CustomerPath } from '../customer-path.dto.js';
import { customerScopes, variantFor } from '../customer-scopes.js';
import { CustomersService } from '../customers.service.js';
import { SensitiveReadsInterceptor } from '../sensitive-reads.interceptor.js';
import { ReadHeaders, WriteHeaders } from './customer-headers.dto.js';
import { ListCustomersQuery, LookUpCustomersBody } from './customer-query.dto.js';
import {
  CustomerListRepresentation,
  CustomerLookupRepresentation,
  CustomerRepresentation,
} from './customer-representation.dto.js';
import { representCustomer, summarizeCustomer } from './customer-representation.js';
import { CreateCustomerBody, UpdateCustomerBody } from './customer-write.dto.js';

@ApiTags('Customers')
@UseInterceptors(SensitiveReadsInterceptor)
@Controller({ path: 'customers', version: '2' })
export class CustomersV2Controller {
  constructor(private readonly customers: CustomersService) {}

  @Get()
  @ApiOperation({
    summary: 'List customers',
    description:
      'Page by page: send the nextCursor of an answer with the same filter and order. Sensitive fields are not in lists: read them one customer at a time.',
  })
  @ApiOkResponse({ description: 'One page.', type: CustomerListRepresentation })
  @Raises(customersErrors.invalidCursor)
  @RequireScopes(customerScopes.read)
  async list(
    @CurrentPrincipal() caller: Principal,
    @Query() { limit, cursor, sort, status, search }: ListCustomersQuery,
  ): Promise<CustomerListRepresentation> {
    const list = { tenantId: caller.tenantId, sort, status, search };
    const { customers, nextCursor } = await this.customers.list(list, limit, cursor);
    return { data: customers.map(summarizeCustomer), nextCursor };
  }

  /**
   * Who has this tax id? In a body, because URLs are logged on the way; and only for those who
   * may see tax ids, because the answer tells whether one is known.
   */
  @Post('lookup')
  @ApiOperation({
    summary: 'Find customers by tax id',
    description: 'By the whole tax id, in a body because URLs are logged on the way.',
  })
  @ApiOkResponse({ description: 'Those who have it.', type: CustomerLookupRepresentation })
  @HttpCode(200)
  @AllowReadOnly()
  @RequireScopes(customerScopes.read, customerScopes.readSensitive)
  async lookUp(
    @CurrentPrincipal() caller: Principal,
    @Body() { taxId }: LookUpCustomersBody,
  ): Promise<CustomerLookupRepresentation> {
    return { data: (await this.customers.lookUp(caller.tenantId, taxId)).map(summarizeCustomer) };
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a customer',
    description: 'Without the scope customers:read_sensitive the tax id is masked.',
  })
  @ApiOkResponse({ description: 'The customer.', type: CustomerRepresentation })
  @ApiNotModifiedResponse({ description: 'It is still the one of If-None-Match.' })
  @SetsHeaders('ETag')
  @Raises(customersErrors.notFound)
  @RequireScopes(customerScopes.read)
  async get(
    @CurrentPrincipal() caller: Principal,
    @Param() { id }: CustomerPath,
    @RequestHeaders('if-none-match') headers: ReadHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerRepresentation | undefined> {
    const customer = await this.customers.get(caller.tenantId, id);
    const tag = entityTag(customer.version, variantFor(caller));
    reply.header('etag', tag);
    if (headers['if-none-match'] !== undefined && ifNoneMatchHolds(headers['if-none-match'], tag)) {
      reply.status(304);
      return undefined;
    }
    return representCustomer(customer, caller);
  }

  @Post()
  @ApiOperation({
    summary: 'Create a customer',
    description: 'Send an Idempotency-Key, and a repeated request is answered again and not done again.',
  })
  @ApiCreatedResponse({ description: 'The customer as it was stored.', type: CustomerRepresentation })
  @SetsHeaders('ETag', 'Location')
  @Raises(customersErrors.emailTaken)
  @Idempotent()
  @RequireScopes(customerScopes.write)
  async create(
    @CurrentPrincipal() caller: Principal,
    @Body() body: CreateCustomerBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerRepresentation> {
    const { phone = null, taxId = null, notes = null, status = 'active', ...names } = body;
    const customer = await this.customers.create(caller.tenantId, { ...names, phone, taxId, notes, status });
    reply.headers({
      location: `/v2/customers/${customer.id}`,
      etag: entityTag(customer.version, variantFor(caller)),
    });
    return representCustomer(customer, caller);
  }

  /** The answer shows the whole customer, so that changing one takes the right to read it, too. */
  @Patch(':id')
  @ApiOperation({
    summary: 'Change a customer',
    description:
      'What is left out stays as it is; null clears a field that may be empty. If-Match must name the ETag that was read, so that nobody undoes the change of somebody else unseen.',
  })
  @ApiOkResponse({ description: 'The customer as it is now.', type: CustomerRepresentation })
  @SetsHeaders('ETag')
  @Raises(
    customersErrors.notFound,
    customersErrors.emailTaken,
    platformErrors.preconditionFailed,
    platformErrors.preconditionRequired,
  )
  @RequireScopes(customerScopes.read, customerScopes.write)
  async update(
    @CurrentPrincipal() caller: Principal,
    @Param() { id }: CustomerPath,
    @RequestHeaders('if-match') headers: WriteHeaders,
    @Body() changes: UpdateCustomerBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerRepresentation> {
    const customer = await this.customers.update(caller.tenantId, id, changes, required(headers));
    reply.header('etag', entityTag(customer.version, variantFor(caller)));
    return representCustomer(customer, caller);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a customer',
    description: 'For good. If-Match must name the ETag that was read.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @Raises(customersErrors.notFound, platformErrors.preconditionFailed, platformErrors.preconditionRequired)
  @HttpCode(204)
  @RequireScopes(customerScopes.write)
  async delete(
    @CurrentPrincipal() caller: Principal,
    @Param() { id }: CustomerPath,
    @RequestHeaders('if-match') headers: WriteHeaders,
  ): Promise<void> {
    await this.customers.delete(caller.tenantId, id, required(headers));
  }
}

/** Without a condition the later of two writers would silently undo the earlier one (RFC 6585 §3). */
function required(headers: WriteHeaders): string {
  const ifMatch = headers['if-match'];
  if (ifMatch === undefined) {
    throw new AppError(platformErrors.preconditionRequired, {
      detail: 'Send If-Match with the ETag that you read, or with * to write regardless.',
    });
  }
  return ifMatch;
}
