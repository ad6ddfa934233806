import { brokenItems, readSealedSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import type { Keyring } from '@signet/sealing';
import { opensWhole } from '../sealed-secret/verify.ts';
import { readSent } from './sealed-secret-body.ts';
import type { Route } from './server.ts';

/**
 * `POST /v1/verify`: 200 when every item of the SealedSecret in the body opens in the place that it names itself, else 409. Both
 * without a word: templates are not rendered, and no cause is told (promise 8: no oracle).
 */
export function verify(keyring: Keyring): Route {
  return {
    method: 'POST',
    answer: async ({ body, signal }) => {
      try {
        const sent = await readSent(await body());
        const opens = brokenItems(sent).length === 0 && (await opensWhole(readSealedSecret(sent), keyring, signal));
        return { status: opens ? 200 : 409, body: '' };
      } catch (error) {
        if (!isSignetError(error)) throw error;
        return { status: 500, body: `${error.message}\n` };
      }
    },
  };
}
