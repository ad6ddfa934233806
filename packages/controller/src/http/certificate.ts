import type { Keyring } from '@signet/sealing';
import { controllerErrors } from '../errors.ts';
import { page } from './server.ts';
import type { Route } from './server.ts';

/** The certificate to seal with: exactly one PEM block, that of the most recent key, current without a restart. */
export function certificate(keyring: Keyring): Route {
  return page(() => {
    const { newest } = keyring;
    if (!newest) return { status: 500, body: `${controllerErrors.NO_KEY({}).message}\n` };
    return { status: 200, contentType: 'application/x-pem-file', body: newest.certificate.pem };
  });
}
