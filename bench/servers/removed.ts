import 'reflect-metadata';
import type { TestDatabase } from '../../test/support/database.js';
import type { Removal } from '../../test/support/removals/removal.js';
import { buildApp } from '../../test/support/build-app.js';
import { practiceRemovals, type PracticeRemoval } from './practice-removals.js';

/*
 * The application without one of its protections, in a process of its own: put together by the support
 * code of the tests, since no setting can do this.
 */

const { BENCH_WITHOUT = 'nothing', BENCH_ADMIN_URL = '', PORT, ...variables } = process.env;
const removal: Removal = practiceRemovals[BENCH_WITHOUT as PracticeRemoval];
const database = { adminUrl: BENCH_ADMIN_URL } as TestDatabase;

const nest = await buildApp({ ...variables, ...removal.environment?.(database) }, { removal });
await nest.listen(Number(PORT), '127.0.0.1');
