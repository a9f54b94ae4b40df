import { Injectable } from '@nestjs/common';

/** Pages of this API itself to which a log-in may lead back, by their paths. Each module that has some adds them. */
@Injectable()
export class OwnPages {
  private readonly paths: string[] = [];

  /** @param path with a final slash everything below it */
  add(path: string): void {
    this.paths.push(path);
  }

  /** As URLs of the origin under which browsers know this API; none where they do not. */
  at(origin: string | undefined): URL[] {
    return origin === undefined ? [] : this.paths.map((path) => new URL(path, origin));
  }
}
