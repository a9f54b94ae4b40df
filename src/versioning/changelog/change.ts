import type { VersionName } from '../api-versions.js';
import type { GuideName } from './guides/guides.js';

/** The words of keepachangelog.com. */
export const CHANGE_KINDS = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One change of what callers can rely on. */
export interface Change {
  /** Never changed and never used again: feeds and links know the change by it. */
  readonly id: string;
  /** Day on which it came, such as 2026-11-24 (UTC). */
  readonly date: string;
  /** The versions whose callers it concerns. */
  readonly versions: readonly VersionName[];
  readonly kind: ChangeKind;
  readonly title: string;
  readonly detail: string;
  readonly guide?: GuideName;
  /** Digests of the contracts as they are since this change, of the versions whose contract it changed. */
  readonly contract?: Readonly<Partial<Record<VersionName, string>>>;
}
