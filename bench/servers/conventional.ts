import 'reflect-metadata';
import { Controller, Get, Module, NotFoundException, Param, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/database/generated/client.js';
import { CustomerPath, serveAsUsual, usualModules, usualProviders, type Caller } from './usual-protection.js';

/*
 * The same libraries as their own documentation puts them together, and nothing else: no sealed fields, no audit,
 * no detection, and row-level security only when it is asked for. It answers the same request with the same row.
 */

const { DATABASE_URL, ROW_LEVEL_SECURITY } = process.env;
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: 10 }) });

/** As Prisma's own example has it: a client for each caller, which names the tenant in a transaction around each statement. */
const ofTenant = (tenant: string) =>
  prisma.$extends({
    query: {
      $allModels: {
        async $allOperations({ args, query }) {
          const [, result] = await prisma.$transaction([
            prisma.$executeRaw`SELECT set_config('app.tenant_id', ${tenant}, true)`,
            query(args),
          ]);
          return result as unknown;
        },
      },
    },
  });
const clientFor = ROW_LEVEL_SECURITY === 'on' ? ofTenant : () => prisma;

@UseGuards(AuthGuard('jwt'))
@Controller('v2/customers')
class CustomersController {
  @Get(':id')
  async get(@Param() { id }: CustomerPath, @Req() { user }: { user: Caller }) {
    const row = await clientFor(user.tenant).customer.findFirst({ where: { id, tenantId: user.tenant } });
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
