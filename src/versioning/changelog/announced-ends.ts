import type { ApiVersions, VersionDeprecation, VersionName } from '../api-versions.js';
import { dayOf } from '../deprecation.js';
import type { Change } from './change.js';

/**
 * The end of each version, once it is announced, and once more when it has come. Nobody writes these
 * entries: their days are settings, and a day of their own would contradict the headers.
 */
export function announcedEnds(versions: ApiVersions): Change[] {
  return versions.all.flatMap(({ name, deprecation }) => {
    const phase = versions.phaseOf(deprecation);
    if (!deprecation || phase === 'current') {
      return [];
    }
    const announcement = announcementOf(name, deprecation);
    return phase === 'sunset' ? [endOf(name, deprecation), announcement] : [announcement];
  });
}

function announcementOf(name: VersionName, deprecation: VersionDeprecation): Change {
  const { announcedAt, sunsetAt, successor, guide } = deprecation;
  return {
    id: `v${name}-deprecated`,
    date: dayOf(announcedAt),
    versions: [name],
    kind: 'deprecated',
    title: `v${name} ends on ${dayOf(sunsetAt)}`,
    detail:
      `Move to v${successor} before that day. Until then answers of v${name} carry Deprecation, Sunset and ` +
      'Link; from that day on they are 410.',
    guide,
  };
}

function endOf(name: VersionName, { sunsetAt, successor, guide }: VersionDeprecation): Change {
  return {
    id: `v${name}-removed`,
    date: dayOf(sunsetAt),
    versions: [name],
    kind: 'removed',
    title: `v${name} has ended`,
    detail:
      `Everything under /v${name} answers 410, with the migration guide and, where there is one, the same ` +
      `resource of v${successor}.`,
    guide,
  };
}
