import { describe, expect, it } from 'vitest';
import { connectionOptions } from './database-url.js';

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
    expect(() => connectionOptions(url('no-such-file.pem'))).toThrow('no-such-file.pem');
  });
});
