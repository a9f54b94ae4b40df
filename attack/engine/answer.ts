import type { IncomingHttpHeaders } from 'node:http';

/** What came back for one request; status 0 for a connection that was cut off. */
export class Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly milliseconds: number;

  constructor(parts: { status: number; headers: IncomingHttpHeaders; text: string; milliseconds?: number }) {
    this.status = parts.status;
    this.headers = parts.headers;
    this.text = parts.text;
    this.milliseconds = parts.milliseconds ?? 0;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** Taken, if only to be sent elsewhere. */
  get isAccepted(): boolean {
    return this.status > 0 && this.status < 400;
  }

  /** A header's value, several of one name joined; empty when it is not there. */
  header(name: string): string {
    return [this.headers[name] ?? ''].flat().join(', ');
  }

  /** The body as an object; empty when it is none. */
  json(): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(this.text);
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }

  /** The rows of a list, whether it is an envelope with `data` or an array. */
  rows(): Record<string, unknown>[] {
    const content: unknown = this.json();
    const rows = Array.isArray(content) ? content : (content as { data?: unknown }).data;
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  }
}
