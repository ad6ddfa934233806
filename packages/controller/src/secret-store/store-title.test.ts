import { providerErrors } from '@signet/provider';
import { describe, expect, test } from 'vitest';
import { controllerErrors } from '../errors.ts';
import { naming, withoutTitle } from './store-title.ts';

const title = 'SecretStore "vault"';

// Promise 2: status tells the truth, and one trouble is told of once.
describe('the name of a store before an error', () => {
  const absent = providerErrors.CREDENTIALS_MISSING({ what: 'Secret "web/login"', because: 'it does not exist' });
  const down = providerErrors.UNAVAILABLE({ because: 'HTTP 500' });
  const denied = providerErrors.ACCESS_DENIED({ because: 'HTTP 403' });

  test.each([
    ['a backend that is away', down],
    ['credentials that are not there', absent],
  ])('%s reads as it does once the store is not asked any more', (_, error) => {
    const { message } = controllerErrors.STORE_NOT_READY({ store: title, because: error.message });
    expect(naming(title, error).message).toBe(message);
  });

  test('what is about one secret says nothing of the store', () => {
    expect(naming(title, denied).message).toBe('SecretStore "vault": access denied: HTTP 403');
  });

  test.each([down, absent, denied])('is there once, and comes off again: %s', (error) => {
    const named = naming(title, error);
    expect(naming(title, named).message).toBe(named.message);
    expect(withoutTitle(title, named.message)).toBe(error.message);
  });
});
