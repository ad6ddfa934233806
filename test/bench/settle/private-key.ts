import { Keyring, openingKey, seal } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import type { SealingPair } from './sealed-scene.ts';
import { eachOf } from './stage.ts';

const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };

/** Private-key operations per second when nothing else is to be done, as many at once as the controller works on. */
export async function operationsPerSecond(pair: SealingPair, parallel: number): Promise<number> {
  const key = await openingKey(pair.privateKeyPem);
  const ring = new Keyring([{ key, certificate: pair.certificate, orderedAt: pair.certificate.notBefore }]);
  const sealed = await seal(new Uint8Array(32), pair.certificate, place);
  const open = async (count: number): Promise<void> =>
    eachOf(Array.from({ length: count }), parallel, async () => ring.open(sealed, place));
  await open(20); // compiles and imports
  const count = 400;
  const startedAt = performance.now();
  await open(count);
  return (1000 * count) / (performance.now() - startedAt);
}
