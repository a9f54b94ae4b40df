import 'reflect-metadata';
import { Controller, Get, Module, NotFoundException, Param, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn, Repository, type FindOptionsWhere } from 'typeorm';
import { CustomerPath, serveAsUsual, usualModules, usualProviders, type Caller } from './usual-protection.js';

/*
 * The usual peer: Express, which Nest takes unless told otherwise, and TypeORM, with which its documentation begins;
 * with the protections of conventional.ts and no others. It reads the columns that the floor reads, and the tenant.
 */

const { DATABASE_URL = '', ROW_LEVEL_SECURITY } = process.env;

@Entity('customers')
class Customer {
  @PrimaryColumn('uuid', { name: 'id' })
  id!: string;

  @Column('varchar', { name: 'tenant_id' })
  tenantId!: string;

  @Column('varchar', { name: 'given_name' })
  givenName!: string;

  @Column('varchar', { name: 'family_name' })
  familyName!: string;

  @Column('varchar', { name: 'email' })
  email!: string;

  @Column('text', { name: 'phone', nullable: true })
  phone!: string | null;

  @Column('text', { name: 'tax_id', nullable: true })
  taxId!: string | null;

  @Column('varchar', { name: 'status' })
  status!: string;

  @Column('text', { name: 'notes', nullable: true })
  notes!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

@UseGuards(AuthGuard('jwt'))
@Controller('v2/customers')
class CustomersController {
  constructor(@InjectRepository(Customer) private readonly customers: Repository<Customer>) {}

  @Get(':id')
  async get(@Param() { id }: CustomerPath, @Req() { user }: { user: Caller }) {
    const row = await this.find({ id, tenantId: user.tenant }, user.tenant);
    if (!row) {
      throw new NotFoundException();
    }
    const { tenantId: _, ...customer } = row;
    return customer;
  }

  private find(where: FindOptionsWhere<Customer>, tenant: string): Promise<Customer | null> {
    if (ROW_LEVEL_SECURITY !== 'on') {
      return this.customers.findOneBy(where);
    }
    return this.customers.manager.transaction(async (transaction) => {
      await transaction.query("SELECT set_config('app.tenant_id', $1, true)", [tenant]);
      return transaction.findOneBy(Customer, where);
    });
  }
}

@Module({
  imports: [
    ...usualModules,
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: DATABASE_URL,
      poolSize: 10,
      entities: [Customer],
    }),
    TypeOrmModule.forFeature([Customer]),
  ],
  controllers: [CustomersController],
  providers: usualProviders,
})
class ExpressTypeormModule {}

await serveAsUsual(
  await NestFactory.create<NestExpressApplication>(ExpressTypeormModule, new ExpressAdapter(), {
    bufferLogs: true,
  }),
);
