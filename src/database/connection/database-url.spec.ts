import { describe, expect, it } from 'vitest';
import type { RuleContext } from '../../platform/config/config-slice.js';
import { connectionOptions, databaseUrl, requireVerifiedTls } from './database-url.js';

const URL_OF_SERVER = 'postgresql://role:p%40ss@db.example:5433/secure_api?application_name=x';

describe('the options for the driver', () => {
  it.each(['', '&sslmode=disable'])('say outright that there is no TLS: "%s"', (end) => {
    expect(connectionOptions(URL_OF_SERVER + end)).toEqual({ connectionString: URL_OF_SERVER, ssl: false });
  });

  it('verify the server with Node’s authorities, and leave nothing to the URL', () => {
    expect(connectionOptions(`${URL_OF_SERVER}&sslmode=verify-full`)).toEqual({
      connectionString: URL_OF_SERVER,
      ssl: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    });
  });

  it('verify the server with the authority of a file, and fail without it', () => {
    const url = (file: string): string => `${URL_OF_SERVER}&sslmode=verify-full&sslrootcert=${file}`;

    expect(connectionOptions(url('package.json')).ssl).toMatchObject({ ca: expect.stringContaining('{') });
    expect(connectionOptions(url('package.json')).connectionString).toBe(URL_OF_SERVER);
    expect(() => connectionOptions(url('no-such-file.pem'))).toThrow('no-such-file.pem');
  });
});

describe('the URL of a database', () => {
  const faultOf = (url: string): string | undefined => databaseUrl().safeParse(url).error?.issues[0]?.message;

  it.each([
    '',
    '&sslmode=disable',
    '&sslmode=verify-full',
    '&sslmode=verify-full&sslrootcert=package.json',
    '&options=-c%20search_path%3Dx',
  ])('[P9.3] may end with "%s"', (end) => {
    expect(faultOf(URL_OF_SERVER + end)).toBeUndefined();
    expect(faultOf(URL_OF_SERVER.replace('postgresql:', 'postgres:') + end)).toBeUndefined();
  });

  it.each([
    ['&sslmode=require', 'has an sslmode that does not verify the server; use verify-full'],
    ['&sslmode=prefer', 'has an sslmode that does not verify the server; use verify-full'],
    ['&sslmode=verify-ca', 'has an sslmode that does not verify the server; use verify-full'],
    ['&sslmode=', 'has an sslmode that does not verify the server; use verify-full'],
    ['&sslmode=verify-full&sslmode=disable', 'repeats a parameter for TLS'],
    ['&ssl=true', 'has a parameter for TLS that is not supported; use sslmode and sslrootcert'],
    [
      '&sslmode=verify-full&sslcert=x',
      'has a parameter for TLS that is not supported; use sslmode and sslrootcert',
    ],
    ['&SSLMODE=verify-full', 'has a parameter for TLS that is not supported; use sslmode and sslrootcert'],
    [
      '&uselibpqcompat=true&sslmode=verify-full',
      'has a parameter for TLS that is not supported; use sslmode and sslrootcert',
    ],
    ['&sslmode=verify-full&sslrootcert=gone.pem', 'names in sslrootcert a file that cannot be read'],
    ['&sslmode=verify-full&sslrootcert=src', 'names in sslrootcert a file that cannot be read'],
    ['&sslmode=verify-full&sslrootcert=/dev/null', 'names in sslrootcert a file that cannot be read'],
  ])('[P9.3] may not end with "%s"', (end, fault) => {
    expect(faultOf(URL_OF_SERVER + end)).toBe(fault);
  });

  it.each(['mysql://db/x', 'db.example', ''])('[P9.3] is not %j', (url) => {
    expect(faultOf(url)).toBe('is not a postgresql or postgres URL');
  });
});

describe('in production', () => {
  const rulesBroken = (end: string, isProduction: boolean) =>
    requireVerifiedTls('DATABASE_URL', URL_OF_SERVER + end, { isProduction } as RuleContext);

  it('[P9.3] a database is verified, or the application does not start', () => {
    const problem = { variable: 'DATABASE_URL', rule: 'must say sslmode=verify-full in production' };

    expect(rulesBroken('', true)).toEqual([problem]);
    expect(rulesBroken('&sslmode=disable', true)).toEqual([problem]);
    expect(rulesBroken('&sslmode=verify-full', true)).toEqual([]);
    expect(rulesBroken('', false)).toEqual([]);
  });
});
