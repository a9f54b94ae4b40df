import { Module } from '@nestjs/common';
import { EventsModule } from '../platform/events/events.module.js';
import { JsonBody } from './boundary/json-body.js';
import { StrictValidationPipe } from './boundary/strict-validation.pipe.js';
import { ValidationBoundaryInterceptor } from './boundary/validation-boundary.interceptor.js';

/**
 * P3 Input validation — checkpoints P3.1–P3.5.
 * Threat:  input that means more than it says: extra fields, coerced types, bombs, injections.
 * Defence: a DTO for every part of a request, unknown fields refused, bounds before parsing.
 * Limits:  a well-formed lie is still a lie; business rules belong to the services.
 * Proof:   test/practices/p03-validation.e2e-spec.ts
 */
@Module({
  imports: [EventsModule],
  providers: [JsonBody, StrictValidationPipe, ValidationBoundaryInterceptor],
  exports: [JsonBody, StrictValidationPipe, ValidationBoundaryInterceptor],
})
export class ValidationModule {}
