import { Injectable } from '@nestjs/common';
import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { databaseErrors } from '../../database/database.errors.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { problemsOf } from '../responses/route-problems.js';
import { DocumentedRoutes } from '../routes/documented-routes.js';

/** What the protocol and the database can say to any request. */
const OF_NO_ROUTE: readonly ErrorCondition[] = [
  ...Object.values(platformErrors),
  ...Object.values(databaseErrors),
];

/** Every condition in which a request can end, whichever route or layer it meets, in the order of the codes. */
@Injectable()
export class ProblemCatalogue {
  private known: readonly ErrorCondition[] | undefined;

  constructor(private readonly routes: DocumentedRoutes) {}

  get all(): readonly ErrorCondition[] {
    this.known ??= this.collect();
    return this.known;
  }

  find(code: string): ErrorCondition | undefined {
    return this.all.find((condition) => condition.code === code);
  }

  private collect(): ErrorCondition[] {
    const everywhere = { isSafe: false, isDeprecated: true };
    const ofRoutes = [...this.routes.explore().values()].flatMap((route) => problemsOf(route, everywhere));
    const byCode = new Map(
      [...OF_NO_ROUTE, ...ofRoutes].map((condition) => [condition.code, condition] as const),
    );
    return [...byCode.values()].toSorted((one, other) => (one.code < other.code ? -1 : 1));
  }
}
