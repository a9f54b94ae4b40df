import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { CustomerCursor } from './customer-cursor.js';
import { CustomerSeal } from './customer-seal.js';
import { CustomersRepository } from './customers.repository.js';
import { CustomersService } from './customers.service.js';
import { SensitiveReadsInterceptor } from './sensitive-reads.interceptor.js';
import { CustomerExportController } from './export/customer-export.controller.js';
import { CustomerExportService } from './export/customer-export.service.js';
import { CustomersV1Controller } from './v1/customers.controller.js';
import { CustomersV2Controller } from './v2/customers.controller.js';

/** The example resource that the practices protect. It can be deleted: see docs/MAKE_IT_YOURS.md. */
@Module({
  imports: [DatabaseModule, CryptoModule, EventsModule],
  controllers: [CustomerExportController, CustomersV1Controller, CustomersV2Controller],
  providers: [
    CustomersService,
    CustomerExportService,
    CustomersRepository,
    CustomerCursor,
    CustomerSeal,
    SensitiveReadsInterceptor,
  ],
})
export class CustomersModule {}
