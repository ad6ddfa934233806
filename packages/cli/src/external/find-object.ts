import { externalSecretKind } from '@signet/api';
import { isApiError, isNotFound } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { externalErrors } from './errors.ts';

/**
 * One ExternalSecret; undefined when there is none of that name.
 *
 * @throws NOT_SERVED; what the API server answers
 */
export async function findExternalSecret(
  client: Client,
  ref: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await client.get<KubeObject>(externalSecretKind, ref, { signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    refuseUnserved(error);
    return undefined;
  }
}

/** All ExternalSecrets of a namespace. @throws NOT_SERVED; what the API server answers */
export async function listExternalSecrets(client: Client, namespace: string, signal: AbortSignal): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  try {
    for await (const { items } of client.list<KubeObject>(externalSecretKind, { namespace, signal })) objects.push(...items);
    return objects;
  } catch (error) {
    refuseUnserved(error);
    throw error;
  }
}

/** "Not found" names the object that is missing; without one it is the whole kind. */
function refuseUnserved(error: unknown): void {
  if (isApiError(error) && error.status === 404 && error.details?.name === undefined)
    throw externalErrors.NOT_SERVED({}, { cause: error });
}
