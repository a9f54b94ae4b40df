import { describe, expect, it } from 'vitest';
import { successorPath } from './successor-path.js';

describe('successorPath', () => {
  it.each([
    ['/v2/a', {}, '/v2/a'],
    ['/v2/a/:id', { id: '1' }, '/v2/a/1'],
    ['/v2/a/:id/b/:name', { id: 'é', name: 'x y' }, '/v2/a/%C3%A9/b/x%20y'],
    ['/v2/a/:id', { id: '..\\..\\\\evil.example' }, '/v2/a/..%5C..%5C%5Cevil.example'],
    [
      '/v2/a/:id',
      { id: '>; rel="x", <https://evil.example' },
      '/v2/a/%3E%3B%20rel%3D%22x%22%2C%20%3Chttps%3A%2F%2Fevil.example',
    ],
    ['/v2/a/:id', { id: '../b' }, '/v2/a/..%2Fb'],
  ])('of %s with %o is %s', (template, params, path) => {
    expect(successorPath(template, params as Record<string, string>)).toBe(path);
  });

  it.each([{ id: '' }, { id: '.' }, { id: '..' }, {}])('is none with %o', (params) => {
    expect(successorPath('/v2/a/:id', params)).toBeUndefined();
  });
});
