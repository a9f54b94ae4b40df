import { connect, type ConnectionOptions } from 'node:tls';
import type { Attack } from '../../engine/attack.ts';
import { placeOf } from '../../engine/exchange.ts';
import { readProbe } from '../../engine/request-attack.ts';

/* Handshakes that must not come about. Only for a target with https. */

const HANDSHAKES: readonly (readonly [id: string, name: string, options: ConnectionOptions])[] = [
  ['P4.1-tls-1.0', 'TLS 1.0.', { minVersion: 'TLSv1', maxVersion: 'TLSv1' }],
  ['P4.1-tls-1.1', 'TLS 1.1.', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }],
  [
    'P4.2-no-forward-secrecy',
    'A key exchange without forward secrecy.',
    { ciphers: 'AES128-GCM-SHA256:AES256-GCM-SHA384' },
  ],
  [
    'P4.2-cbc',
    'A cipher in CBC mode.',
    { ciphers: 'ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA' },
  ],
  ['P4.2-weak', 'Old ciphers.', { ciphers: 'DES-CBC3-SHA:RC4-SHA:NULL-SHA256' }],
  ['P4.2-anonymous', 'A key exchange with nobody in particular.', { ciphers: 'aNULL' }],
];

export const TLS_ATTACKS: readonly Attack[] = HANDSHAKES.map(([id, name, options]) => ({
  id,
  name: `A client insists on what is too weak: ${name}`,
  owasp: 'API8:2023',
  needs: ['tls'],
  control: readProbe,
  attempt: async (_, { target }) => {
    const place = { ...placeOf({ target }), rejectUnauthorized: false, maxVersion: 'TLSv1.2' as const };
    const ciphers = `${options.ciphers ?? 'DEFAULT'}:@SECLEVEL=0`;
    return (await isTaken({ ...place, ...options, ciphers })) ? 'the handshake came about' : undefined;
  },
}));

function isTaken(options: ConnectionOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    try {
      const socket = connect(options, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        const isRefused = /ALERT|ECONNRESET|EPROTO/.test(error.code ?? '');
        return isRefused ? resolve(false) : reject(error);
      });
    } catch (error) {
      // This machine cannot even speak it, so that nothing is shown.
      reject(error);
    }
  });
}
