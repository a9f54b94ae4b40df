import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { processMetrics } from './process-metrics.js';

/** What is measured, by which parts. */
export interface MetricDescription<Label extends string> {
  /** As Prometheus spells it: with its unit, and `_total` at the end of what only grows. */
  readonly name: string;
  readonly help: string;
  /**
   * Each combination of values is kept for as long as the process runs. So a label has values that the code
   * decides about, and never what a caller sends: an id or a path would fill the memory.
   */
  readonly labels: readonly Label[];
}

/** Everything that one application measures. A registry of its own, since a process may hold several applications. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly process = processMetrics();

  readonly contentType = this.registry.contentType;

  /**
   * What only grows, until the process ends.
   * @param read brings it up to date when somebody scrapes, where the number is kept elsewhere
   */
  counter<Label extends string>(
    description: MetricDescription<Label>,
    read?: (counter: Counter<Label>) => void,
  ): Counter<Label> {
    const counter: Counter<Label> = new Counter({
      ...this.options(description),
      collect: () => read?.(counter),
    });
    return counter;
  }

  /**
   * What goes up and down.
   * @param read brings it up to date when somebody scrapes, so that nobody has to in between
   */
  gauge<Label extends string>(
    description: MetricDescription<Label>,
    read?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    const gauge: Gauge<Label> = new Gauge({ ...this.options(description), collect: () => read?.(gauge) });
    return gauge;
  }

  /** How often a value was at most each of these; every bucket is one more series for each combination of labels. */
  histogram<Label extends string>(
    description: MetricDescription<Label>,
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ ...this.options(description), buckets: [...buckets] });
  }

  /** All of it in the text format of Prometheus, with what the process says of itself. */
  async text(): Promise<string> {
    const texts = await Promise.all([this.registry, this.process].map((registry) => registry.metrics()));
    return texts.join('\n');
  }

  private options<Label extends string>({ name, help, labels }: MetricDescription<Label>) {
    return { name, help, labelNames: labels, registers: [this.registry] };
  }
}
