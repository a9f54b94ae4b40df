import type { Deprecation } from './deprecation.js';

/** Where a caller of something deprecated finds help; URLs that are relative to this API. */
export interface DeprecationLinks {
  readonly guide: string;
  readonly successor?: string;
}

/**
 * What a caller is told: since when (RFC 9745), until when (RFC 8594), and where to go
 * (the relations `deprecation`, `sunset` and, of RFC 5829, `successor-version`).
 */
export function deprecationHeaders(
  { announcedAt, sunsetAt }: Deprecation,
  { guide, successor }: DeprecationLinks,
): Record<string, string> {
  const links = [
    `<${guide}>; rel="deprecation"`,
    `<${guide}>; rel="sunset"`,
    ...(successor === undefined ? [] : [`<${successor}>; rel="successor-version"`]),
  ];
  return {
    deprecation: `@${announcedAt.getTime() / 1000}`,
    sunset: sunsetAt.toUTCString(),
    link: links.join(', '),
  };
}
