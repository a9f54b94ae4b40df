import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const versioningErrors = {
  gone: { code: 'version.gone', status: 410, title: 'This part of the API has ended' },
} as const satisfies Record<string, ErrorCondition>;

/** Where to go on, for whoever comes too late: URLs that are relative to this API. */
export interface WayOn {
  /** The same resource in the version that replaces this one. */
  readonly successor?: string;
  readonly guide: string;
  readonly sunset: Date;
}

/** @param headers what is told of deprecated routes, for paths that have no route */
export function gone(
  headers: Readonly<Record<string, string>>,
  { successor, guide, sunset }: WayOn,
): AppError {
  return new AppError(versioningErrors.gone, {
    headers,
    detail: 'The migration guide says what to call instead.',
    extensions: { ...(successor === undefined ? {} : { successor }), guide, sunset: sunset.toISOString() },
  });
}
