/** Collects what the application logs. */
export class LogLines {
  private readonly texts: string[] = [];

  write(line: string): void {
    this.texts.push(line);
  }

  get text(): string {
    return this.texts.join('');
  }

  get all(): Record<string, unknown>[] {
    return this.texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  /** Everything that was logged about one request. */
  of(requestId: string): Record<string, unknown>[] {
    return this.all.filter((line) => line['requestId'] === requestId);
  }

  /** The security events of one request. */
  events(requestId: string): Record<string, unknown>[] {
    return this.of(requestId).filter((line) => line['securityEvent'] !== undefined);
  }
}
