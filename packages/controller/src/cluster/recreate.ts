import type { Clock, ObjectMeta, Secret } from '@signet/kube/client';
import { isAlreadyExists, isApiError } from '@signet/kube/client';
import type { LiveSecrets } from './live-secrets.ts';

/** Tries to make the new Secret, and the pause before the second one; each next pause is twice as long. 3 s in all. */
const tries = 5;
const firstPauseMs = 200;

/**
 * Makes a Secret anew that the API server will not change: its type, or the data of an immutable one.
 *
 * What can be known to fail is found out first: the API server is asked whether it would take the new Secret, and only then the very
 * version that was read is deleted. From the deletion to the creation there is no Secret, for as long as one request takes. A
 * creation that fails by chance is tried again here, where the values are still at hand, also while the controller is stopping;
 * what is still missing then is made by the next reconcile or the next leader, since nothing is settled without its Secret.
 *
 * @returns metadata of the new Secret
 * @throws AlreadyExists when a finalizer holds the old one, or somebody else was quicker
 */
export async function recreate(
  secrets: Pick<LiveSecrets, 'check' | 'delete' | 'create'>,
  { instead, secret }: { readonly instead: Secret; readonly secret: Secret },
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
  fieldManager?: string,
): Promise<ObjectMeta> {
  await secrets.check(secret, signal);
  await secrets.delete(instead, signal);
  for (let attempt = 1; ; attempt++) {
    try {
      return await secrets.create(secret, undefined, fieldManager);
    } catch (error) {
      const mayPass = !isApiError(error) || error.status === 429 || error.status >= 500;
      if (isAlreadyExists(error) || !mayPass || attempt === tries) throw error;
      await clock.sleep(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}
