import { configMaps } from '@signet/kube/client';
import type { Client } from '@signet/kube/client';
import { absentAs404 } from '../cluster/absent.ts';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import type { ReadTemplateSource } from './templates.ts';

/** Reads the objects of a namespace that hold templates. A sealing key is none, whoever asks. */
export function templateReader(
  {
    client,
    secrets,
    keyPlace,
  }: { readonly client: Client; readonly secrets: Pick<LiveSecrets, 'read'>; readonly keyPlace: KeyPlace },
  namespace: string,
  signal: AbortSignal,
): ReadTemplateSource {
  return async (kind, name) => {
    if (kind === 'Secret') {
      const secret = await secrets.read({ namespace, name }, signal);
      return secret && isKeySecret(secret, keyPlace) ? undefined : secret;
    }
    return absentAs404(client.get(configMaps, { namespace, name }, { signal }));
  };
}
