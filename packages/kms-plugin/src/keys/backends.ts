import { providerErrors } from '@signet/provider';
import type { KeyProvider } from '@signet/provider';

/** Backends by the name they have in the configuration. The code of one is loaded when it is used. */
const backends: Readonly<Record<string, () => Promise<KeyProvider>>> = {
  local: async () => (await import('@signet/provider-local')).local,
};

/** The backend of a key. @throws INVALID_CONFIG */
export async function backendOf(name: string): Promise<KeyProvider> {
  const load = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (!load) {
    const because = `there is no such backend; there are ${Object.keys(backends).toSorted().join(', ')}`;
    throw providerErrors.INVALID_CONFIG({ field: `key.${name}`, because });
  }
  return load();
}
