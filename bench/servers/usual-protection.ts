import 'reflect-metadata';
import { Injectable, ValidationPipe, type INestApplication, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule, PassportStrategy } from '@nestjs/passport';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { IsUUID } from 'class-validator';
import helmet from 'helmet';
import { passportJwtSecret } from 'jwks-rsa';
import { Logger, LoggerModule } from 'nestjs-pino';
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt';

/*
 * The protections that a Nest application usually has, each as its own documentation puts it in. The servers that
 * do so differ in what carries the requests and in what reads the rows.
 */

const { OIDC_ISSUER = '', OIDC_AUDIENCE = '', PORT } = process.env;
const { jwks_uri: jwksUri } = (await (
  await fetch(`${OIDC_ISSUER}/.well-known/openid-configuration`)
).json()) as { jwks_uri: string };

export interface Caller {
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

export class CustomerPath {
  @IsUUID()
  id!: string;
}

export const usualModules = [
  PassportModule,
  LoggerModule.forRoot({ forRoutes: ['{*splat}'] }),
  // A window of a second: its storage remembers each hit, and a longer one costs more with every request.
  ThrottlerModule.forRoot([{ ttl: 1000, limit: 1_000_000 }]),
];

export const usualProviders: Provider[] = [JwtStrategy, { provide: APP_GUARD, useClass: ThrottlerGuard }];

/** @param app made with `bufferLogs`, so that its first lines find the logger too */
export async function serveAsUsual(app: INestApplication): Promise<void> {
  app.useLogger(app.get(Logger));
  app.use(helmet());
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  await app.listen(Number(PORT), '127.0.0.1');
}
