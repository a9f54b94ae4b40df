import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { HTML_CONTENT_TYPE } from './page.js';
import { ifNoneMatchHolds } from '../http/entity-tag.js';

/** How late somebody may read of an end because a cache on the way still has the page of before. */
const MAX_AGE_SECONDS = 300;

/** What everybody may read, and everybody reads alike. */
export interface PublicDocument {
  readonly contentType: string;
  readonly text: string;
}

export const htmlDocument = (text: string): PublicDocument => ({ contentType: HTML_CONTENT_TYPE, text });

export const jsonDocument = (value: unknown): PublicDocument => ({
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify(value),
});

/**
 * Sends a document that whoever asked may keep. Nothing in it depends on who asks or under which host name,
 * so that nobody can plant something for others; but its headers say what is left to the caller, and so
 * no cache on the way keeps it. They depend on Accept, and for pages on Origin.
 * @returns undefined for a caller who has the document already
 */
export function sendDocument(
  { contentType, text }: PublicDocument,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): string | undefined {
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  reply.headers({
    'cache-control': `private, max-age=${MAX_AGE_SECONDS}`,
    etag: tag,
    vary: 'Accept, Origin',
  });
  if (ifNoneMatch !== undefined && ifNoneMatchHolds(ifNoneMatch, tag)) {
    reply.status(304);
    return undefined;
  }
  reply.type(contentType);
  return text;
}
