import { STATUS_CODES } from 'node:http';
import type { Exchange } from './guide.js';

/** The request as it goes over the wire, but for what every request has. */
export function requestText({ method, path, headers = {}, body }: Exchange): string {
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return messageText(`${method} ${path} HTTP/1.1`, { ...headers, ...type }, body);
}

export function responseText({ response: { status, headers = {}, body } }: Exchange): string {
  return messageText(`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, headers, body);
}

function messageText(start: string, headers: Readonly<Record<string, string>>, body?: object): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const content = body === undefined ? [] : ['', JSON.stringify(body, null, 2)];
  return [start, ...lines, ...content].join('\n');
}
