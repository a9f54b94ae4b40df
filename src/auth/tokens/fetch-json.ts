const TIMEOUT_MILLISECONDS = 3000;
const MAX_BYTES = 256 * 1024;

/**
 * Fetches a JSON document of the issuer: no redirects (they could lead to plaintext or to
 * another host), bounded time and size.
 */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`the issuer answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new Error(`the answer of the issuer is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
