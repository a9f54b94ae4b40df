import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** What is counted, by which parts. */
export interface CounterDescription<Label extends string> {
  /** As Prometheus spells it: with its unit, and `_total` at the end. */
  readonly name: string;
  readonly help: string;
  /**
   * Each combination of values is kept for as long as the process runs. So a label has values that the code
   * decides about, and never what a caller sends: an id or a path would fill the memory.
   */
  readonly labels: readonly Label[];
}

/** Everything that one application counts. A registry of its own, since a process may hold several applications. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  readonly contentType = this.registry.contentType;

  counter<Label extends string>({ name, help, labels }: CounterDescription<Label>): Counter<Label> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  /** All of it in the text format of Prometheus. */
  async text(): Promise<string> {
    return this.registry.metrics();
  }
}
