import { isSignetError } from '@signet/errors';
import type { Keyring } from '@signet/sealing';
import { resealed } from '../sealed-secret/reseal.ts';
import { readSent } from './sealed-secret-body.ts';
import type { Route } from './server.ts';

/**
 * `POST /v1/rotate`: the SealedSecret of the body, its items sealed for the newest key. Everything else of it, the template included,
 * comes back as it was sent.
 */
export function rotate(keyring: Keyring): Route {
  return {
    method: 'POST',
    answer: async ({ body, signal }) => {
      try {
        const object = await resealed(await readSent(await body()), keyring, signal);
        return { status: 200, contentType: 'application/json', body: `${JSON.stringify(object)}\n` };
      } catch (error) {
        if (!isSignetError(error)) throw error;
        return { status: 500, body: `${error.message}\n` };
      }
    },
  };
}
