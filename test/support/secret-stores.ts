import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a secret store is asked, as it came over the wire. */
export interface StoreRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SecretStore {
  readonly url: string;
  readonly requests: StoreRequest[];
  stop(): Promise<void>;
}

type Answer = (request: StoreRequest) => {
  status: number;
  type: string;
  body: unknown;
  headers?: Record<string, string>;
};

async function startStore(answer: Answer): Promise<SecretStore> {
  const requests: StoreRequest[] = [];
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    requests.push(request);
    const { status, type, body, headers: more } = answer(request);
    response.writeHead(status, { 'content-type': type, ...more }).end(JSON.stringify(body));
  };
  const server = createServer((incoming, response) => void respond(incoming, response)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Vault with one secret of a KV engine, version 2, for the holder of one token. */
export function startVault(token: string, path: string, secrets: object): Promise<SecretStore> {
  const [mount, ...rest] = path.split('/');
  const json = 'application/json';
  return startStore(({ url, headers }) => {
    if (headers['x-vault-token'] !== token) {
      return { status: 403, type: json, body: { errors: ['permission denied'] } };
    }
    return url === `/v1/${mount}/data/${rest.join('/')}`
      ? {
          status: 200,
          type: json,
          body: { request_id: '1', lease_duration: 0, data: { data: secrets, metadata: { version: 3 } } },
        }
      : { status: 404, type: json, body: { errors: [] } };
  });
}

/** Whoever has taken over the name of a store, and sends everybody on to another one. */
export function startDetour(target: string): Promise<SecretStore> {
  return startStore(({ url }) => ({
    status: 302,
    type: 'application/json',
    body: {},
    headers: { location: target + url },
  }));
}

/** AWS Secrets Manager with one secret; the request must be signed (Signature Version 4). */
export function startSecretsManager(id: string, secretString: string): Promise<SecretStore> {
  const json = 'application/x-amz-json-1.1';
  return startStore(({ headers, body }) => {
    const isSigned = /^AWS4-HMAC-SHA256 Credential=\S+\/secretsmanager\/aws4_request, /.test(
      headers.authorization ?? '',
    );
    if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue' || !isSigned) {
      return { status: 400, type: json, body: { __type: 'AccessDeniedException' } };
    }
    const { SecretId: asked } = JSON.parse(body) as { SecretId: string };
    return asked === id
      ? { status: 200, type: json, body: { ARN: `arn:aws:${id}`, Name: id, SecretString: secretString } }
      : { status: 400, type: json, body: { __type: 'ResourceNotFoundException' } };
  });
}
