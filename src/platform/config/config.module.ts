import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import type { Configuration } from './configuration.js';

/**
 * Provides each configuration slice under its own class. @nestjs/config holds the values but
 * reads no environment and no file itself: they were parsed and checked before the
 * application was made.
 */
@Module({})
export class ConfigModule {
  static forRoot(configuration: Configuration): DynamicModule {
    const slices = [...configuration.keys()];
    const values = Object.fromEntries([...configuration].map(([slice, value]) => [slice.name, value]));
    return {
      module: ConfigModule,
      global: true,
      imports: [
        NestConfigModule.forRoot({
          load: [() => values],
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          cache: true,
        }),
      ],
      providers: slices.map((slice) => ({
        provide: slice,
        inject: [ConfigService],
        useFactory: (config: ConfigService) => config.getOrThrow<object>(slice.name),
      })),
      exports: slices,
    };
  }
}
