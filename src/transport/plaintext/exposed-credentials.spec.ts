import { describe, expect, it } from 'vitest';
import { exposedCredentials } from './exposed-credentials.js';

describe('exposed credentials', () => {
  it('are named by where they stand', () => {
    const headers = { authorization: 'Bearer x', 'x-api-key': 'x', cookie: 'a=b', accept: '*/*' };

    expect(exposedCredentials(headers, { access_token: 'x', page: '1' })).toEqual([
      'authorization',
      'x-api-key',
      'cookie',
      'access_token',
    ]);
  });

  it('count when they are empty: what was sent before may not have been', () => {
    expect(exposedCredentials({ authorization: '' }, { access_token: '' })).toHaveLength(2);
  });

  it.each([undefined, null, '', {}, { token: 'x' }])('are not found in the query %j', (query) => {
    expect(exposedCredentials({ host: 'a' }, query)).toEqual([]);
  });
});
