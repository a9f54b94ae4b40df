import { Agent, METHODS, request } from 'node:http';

const AT_ONCE = 20;

/** Sends so many requests, each with another path and query, under every method that there is; how many were answered. */
export async function strangeRequests(url: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  let [next, answered] = [0, 0];
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = (next += 1);
      const method = methods[index % methods.length] ?? 'GET';
      await ask(`${url}${strangePath(index)}`, method, agent);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return answered;
}

function strangePath(index: number): string {
  const paths = [
    `/strange-${index}`,
    `/v2/customers/strange-${index}`,
    `/v${index}/customers`,
    `/v2/customers?alice=${index}`,
  ];
  return paths[index % paths.length] ?? '/';
}

function ask(target: string, method: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(target, { method, agent }, (response) => {
      response.resume();
      response.once('close', resolve);
    })
      .once('error', reject)
      .end();
  });
}
