import { describe, expect, it } from 'vitest';
import { chooseReturnUrl, returnUrls } from './return-urls.js';

const OWN = [new URL('https://api.example.com/docs/')];
const ALLOWED = returnUrls().parse('https://app.example.com/app/,https://www.example.com/welcome');

describe('the return URL', () => {
  it('is the first of the list when none is asked for', () => {
    expect(chooseReturnUrl(undefined, ALLOWED)).toBe('https://app.example.com/app/');
  });

  it.each([
    'https://app.example.com/app/',
    'https://app.example.com/app/orders?page=2#top',
    'https://app.example.com:443/app/',
    'https://APP.example.com/app/',
    'https://www.example.com/welcome',
    'https://www.example.com/welcome?from=mail',
  ])('may be %s', (url) => {
    expect(chooseReturnUrl(url, ALLOWED)).toBe(new URL(url).href);
  });

  it.each([
    ['/docs/v2', 'https://api.example.com/docs/v2'],
    ['/docs/v2?a=1#b', 'https://api.example.com/docs/v2?a=1#b'],
    ['https://api.example.com/docs/v2', 'https://api.example.com/docs/v2'],
  ])('may be a page of this API: %s', (wanted, url) => {
    expect(chooseReturnUrl(wanted, OWN, 'https://api.example.com')).toBe(url);
  });

  it.each([
    '/',
    '/v2/customers',
    '//evil.test/docs/',
    '/\\\\evil.test/docs/',
    '/docs/../v2',
    '/docs/%2e%2e/v2',
    'docs/../v2',
  ])('is no other path of this API: %s', (wanted) => {
    expect(chooseReturnUrl(wanted, OWN, 'https://api.example.com')).toBeUndefined();
  });

  it.each([
    '',
    '/app/',
    '//app.example.com/app/',
    'http://app.example.com/app/',
    'https://app.example.com/',
    'https://app.example.com/app',
    'https://app.example.com/application',
    'https://app.example.com/app/../admin',
    'https://app.example.com/app/%2e%2e/admin',
    'https://app.example.com/app/%2E%2E/admin',
    'https://app.example.com/app/..%2fadmin',
    'https://app.example.com/app/..%5cadmin',
    'https://app.example.com\\@evil.test/app/',
    'https://app.example.com@evil.test/app/',
    'https://user@app.example.com/app/',
    'https://app.example.com.evil.test/app/',
    'https://app.example.com:8443/app/',
    'https://www.example.com/welcome/more',
    'https://www.example.com/',
    'https://evil.test/?https://app.example.com/app/',
    'https://evil.test/#https://app.example.com/app/',
    'javascript:alert(1)//https://app.example.com/app/',
    'data:text/html,x',
    'ftp://app.example.com/app/',
  ])('is never %j', (url) => {
    expect(chooseReturnUrl(url, ALLOWED)).toBeUndefined();
  });

  it('holds nothing that ends a header', () => {
    expect(chooseReturnUrl('https://app.example.com/app/\r\nset-cookie: a=b', ALLOWED)).not.toMatch(/[\r\n]/);
  });
});

describe('the list of return URLs', () => {
  it('is read with blanks after the commas, in plain text for a machine of one’s own', () => {
    const list = returnUrls().parse('https://a.example/x, http://localhost:3000/');

    expect(list.map(({ href }) => href)).toEqual(['https://a.example/x', 'http://localhost:3000/']);
  });

  it.each([
    '',
    '/app',
    'app.example.com',
    'https://a.example/?x',
    'https://a.example/#x',
    'https://u:p@a.example/',
    'https://a.example/,',
    'ftp://a.example/',
    'xhttps://a.example/',
    'javascript:alert(1)',
  ])('is not read from %j', (text) => {
    expect(returnUrls().safeParse(text).success).toBe(false);
  });
});
