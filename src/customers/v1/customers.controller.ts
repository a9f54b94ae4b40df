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
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import type { FastifyReply } from 'fastify';
import { RequireScopes } from '../../auth/access/require-scopes.decorator.js';
import { CurrentPrincipal } from '../../auth/current-principal.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { Idempotent } from '../../database/idempotency/idempotent.decorator.js';
import type { CustomerContent } from '../customer.js';
import { customersErrors } from '../customers.errors.js';
import { CustomerPath } from '../customer-path.dto.js';
import { customerScopes } from '../customer-scopes.js';
import { CustomersService } from '../customers.service.js';
import { SensitiveReadsInterceptor } from '../sensitive-reads.interceptor.js';
import { ListCustomersV1Query } from './customer-query.dto.js';
import { CustomerPageV1Representation, CustomerV1Representation } from './customer-representation.dto.js';
import { representCustomerV1, summarizeCustomerV1 } from './customer-representation.js';
import { CreateCustomerV1Body, UpdateCustomerV1Body } from './customer-write.dto.js';
import { splitFullName, type Names } from './full-name.js';

/** The older shape over the same service: full names, numbered pages, unconditional writes. */
@ApiTags('Customers')
@UseInterceptors(SensitiveReadsInterceptor)
@Controller({ path: 'customers', version: '1' })
export class CustomersV1Controller {
  constructor(private readonly customers: CustomersService) {}

  @Get()
  @ApiOperation({
    summary: 'List customers by pages',
    description: 'Newest last. Sensitive fields are not in lists: read them one customer at a time.',
  })
  @ApiOkResponse({ description: 'One page.', type: CustomerPageV1Representation })
  @RequireScopes(customerScopes.read)
  async list(
    @CurrentPrincipal() caller: Principal,
    @Query() { page, pageSize, status }: ListCustomersV1Query,
  ): Promise<CustomerPageV1Representation> {
    const window = { offset: (page - 1) * pageSize, limit: pageSize };
    const { customers, total } = await this.customers.page(caller.tenantId, status, window);
    return {
      customers: customers.map(summarizeCustomerV1),
      page,
      pageSize,
      total,
    };
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a customer',
    description: 'Without the scope customers:read_sensitive the tax id is masked.',
  })
  @ApiOkResponse({ description: 'The customer.', type: CustomerV1Representation })
  @Raises(customersErrors.notFound)
  @RequireScopes(customerScopes.read)
  async get(
    @CurrentPrincipal() caller: Principal,
    @Param() { id }: CustomerPath,
  ): Promise<CustomerV1Representation> {
    return representCustomerV1(await this.customers.get(caller.tenantId, id), caller);
  }

  @Post()
  @ApiOperation({ summary: 'Create a customer', description: 'The full name is split at its last space.' })
  @ApiCreatedResponse({ description: 'The customer as it was stored.', type: CustomerV1Representation })
  @SetsHeaders('Location')
  @Raises(customersErrors.emailTaken)
  @Idempotent()
  @RequireScopes(customerScopes.write)
  async create(
    @CurrentPrincipal() caller: Principal,
    @Body() body: CreateCustomerV1Body,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerV1Representation> {
    const { fullName, email, phone = null, taxId = null, notes = null, status = 'active' } = body;
    const content = { ...namesOf(fullName), email, phone, taxId, notes, status };
    const customer = await this.customers.create(caller.tenantId, content);
    reply.header('location', `/v1/customers/${customer.id}`);
    return representCustomerV1(customer, caller);
  }

  /** The answer shows the whole customer, so that changing one takes the right to read it, too. */
  @Patch(':id')
  @ApiOperation({
    summary: 'Change a customer',
    description:
      'What is left out stays as it is; null clears a field that may be empty. The later of two writers wins.',
  })
  @ApiOkResponse({ description: 'The customer as it is now.', type: CustomerV1Representation })
  @Raises(customersErrors.notFound, customersErrors.emailTaken)
  @RequireScopes(customerScopes.read, customerScopes.write)
  async update(
    @CurrentPrincipal() caller: Principal,
    @Param() { id }: CustomerPath,
    @Body() { fullName, ...rest }: UpdateCustomerV1Body,
  ): Promise<CustomerV1Representation> {
    const changes: Partial<CustomerContent> = { ...rest, ...(fullName !== undefined && namesOf(fullName)) };
    return representCustomerV1(await this.customers.update(caller.tenantId, id, changes, undefined), caller);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a customer', description: 'For good.' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @Raises(customersErrors.notFound)
  @HttpCode(204)
  @RequireScopes(customerScopes.write)
  async delete(@CurrentPrincipal() caller: Principal, @Param() { id }: CustomerPath): Promise<void> {
    await this.customers.delete(caller.tenantId, id, undefined);
  }
}

/** The DTO has checked that the name can be split. */
function namesOf(fullName: string): Names {
  const names = splitFullName(fullName);
  if (!names) {
    throw new Error('an unsplittable full name passed validation');
  }
  return names;
}
