import 'reflect-metadata';
import { Controller, Get, Module, NotFoundException, Param, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/database/generated/client.js';
import { CustomerPath, serveAsUsual, usualModules, usualProviders, type Caller } from './usual-protection.js';

/*
 * The same libraries as their own documentation puts them together, and nothing else: no row-level security, no
 * sealed fields, no audit, no detection. It answers the same request with the same row.
 */

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env['DATABASE_URL'], max: 10 }),
});

@UseGuards(AuthGuard('jwt'))
@Controller('v2/customers')
class CustomersController {
  @Get(':id')
  async get(@Param() { id }: CustomerPath, @Req() { user }: { user: Caller }) {
    const row = await prisma.customer.findFirst({ where: { id, tenantId: user.tenant } });
    if (!row) {
      throw new NotFoundException();
    }
    const { tenantId: _, taxIdIndex: __, version: ___, ...customer } = row;
    return customer;
  }
}

@Module({ imports: usualModules, controllers: [CustomersController], providers: usualProviders })
class ConventionalModule {}

await serveAsUsual(
  await NestFactory.create<NestFastifyApplication>(ConventionalModule, new FastifyAdapter(), {
    bufferLogs: true,
  }),
);
