import { Module } from '@nestjs/common';
import { DerivedKeys } from './derived-keys.js';

@Module({ providers: [DerivedKeys], exports: [DerivedKeys] })
export class CryptoModule {}
