import 'reflect-metadata';
import {
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Req,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { PrismaPg } from '@prisma/adapter-pg';
import { IsUUID } from 'class-validator';
import helmet from 'helmet';
import { passportJwtSecret } from 'jwks-rsa';
import { Logger, LoggerModule } from 'nestjs-pino';
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt';
import { PrismaClient } from '../../src/database/generated/client.js';

/*
 * The same libraries as their own documentation puts them together, and nothing else: no row-level security, no
 * sealed fields, no audit, no detection. It answers the same request with the same row.
 */

const { DATABASE_URL, OIDC_ISSUER = '', OIDC_AUDIENCE = '', PORT } = process.env;
const { jwks_uri: jwksUri } = (await (
  await fetch(`${OIDC_ISSUER}/.well-known/openid-configuration`)
).json()) as { jwks_uri: string };

const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: 10 }) });

interface Caller {
  readonly tenant: string;
  readonly scope: string;
}

@Injectable()
class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ jwksUri, cache: true }),
      issuer: OIDC_ISSUER,
      audience: OIDC_AUDIENCE,
      algorithms: ['RS256'],
    });
  }

  validate(claims: Caller, _done?: VerifiedCallback): Caller {
    return claims;
  }
}

class CustomerPath {
  @IsUUID()
  id!: string;
}

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

@Module({
  imports: [
    PassportModule,
    LoggerModule.forRoot({ forRoutes: ['{*splat}'] }),
    // A window of a second: its storage remembers each hit, and a longer one costs more with every request.
    ThrottlerModule.forRoot([{ ttl: 1000, limit: 1_000_000 }]),
  ],
  controllers: [CustomersController],
  providers: [JwtStrategy, { provide: APP_GUARD, useClass: ThrottlerGuard }],
})
class ConventionalModule {}

const app = await NestFactory.create<NestFastifyApplication>(ConventionalModule, new FastifyAdapter(), {
  bufferLogs: true,
});
app.useLogger(app.get(Logger));
app.use(helmet());
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
await app.listen(Number(PORT), '127.0.0.1');
