import { describe, expect, it } from 'vitest';
import { prefersHtml } from './prefers-html.js';

describe('HTML is preferred', () => {
  it.each([
    'text/html',
    'TEXT/HTML',
    'text/html;charset=utf-8',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json;q=0.5, text/html;q=0.51',
    'text/*',
    'text/html;q=0.001, application/json;q=0',
    'application/json;q=0, */*;q=0.1',
    ' , text/html ;q=1.000 ,',
    'text/html;q=0.4, text/html, application/json;q=0.5',
  ])('by %j', (accept) => {
    expect(prefersHtml(accept)).toBe(true);
  });
});

describe('JSON is given', () => {
  it.each([
    undefined,
    '',
    '*/*',
    '*/*;q=0',
    'application/json',
    'application/*',
    'text/html, application/json',
    'text/html;q=0.5, application/json;q=0.5',
    'text/html;q=0, */*',
    'text/*;q=0.9, text/html;q=0.1, application/json;q=0.2',
    'application/xml',
    'text/html;q=0',
    'text/html;q=2',
    'text/html;q=-1',
    'text/html;q=1e1',
    'text/html;q=0.9999',
    'text/html;q=',
    'text / html',
    'text/html\u0000',
    '<script>',
    '*/html',
    'text/html/x',
    '__proto__/constructor',
    ','.repeat(10_000),
  ])('for %j', (accept) => {
    expect(prefersHtml(accept)).toBe(false);
  });
});
