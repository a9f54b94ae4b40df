import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older deliveries are replays; our clock and the sender's may differ by so much, too. */
const MAX_AGE_SECONDS = 300;

/*
 * What a receiver of alerts does with each request, before it believes a word of it (Standard Webhooks):
 *
 *   if (!isGenuineWebhook(request.headers, rawBody, secret)) { … answer 401 … }
 *
 * `rawBody` is the body as it came: parsed and written again it is another text. A delivery that was tried
 * twice comes with the same `webhook-id`: remember the ids of the last minutes, and take each once.
 */

/** Whether the alert comes from who has the secret, now, and as it was sent. */
export function isGenuineWebhook(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  rawBody: string,
  secret: string,
  nowSeconds = Math.floor(Date.now() / 1000),
): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name] ?? ''),
  );
  if (
    !id ||
    !/^\d{1,12}$/.test(timestamp ?? '') ||
    Math.abs(nowSeconds - Number(timestamp)) > MAX_AGE_SECONDS
  ) {
    return false;
  }
  const key = Buffer.from(secret, 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${rawBody}`).digest();
  // Several while a secret is being replaced; every one is compared, in constant time.
  return (signatures ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return (
      signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected)
    );
  });
}
