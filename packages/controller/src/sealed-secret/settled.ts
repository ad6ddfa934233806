import type { SealedSecret } from '@signet/api';
import type { ObjectMeta } from '@signet/kube/client';
import { syncedOf } from './status.ts';
import { bindingOf } from './unseal.ts';

/**
 * True when nothing can have changed since the last good reconcile, so that nothing need be read, opened or written
 * (promise 4: a restart is cheap). The status names the Secret it produced by uid and resourceVersion: if the live one is
 * that very version, the spec is of the generation observed and the scope is the same, the Secret is what it should be.
 *
 * The set of keys does not matter: what opened once need not open again.
 */
export function isSettled(sealed: SealedSecret, live: ObjectMeta | undefined): boolean {
  const { status, metadata } = sealed;
  const produced = status?.produced;
  return (
    live !== undefined &&
    produced !== undefined &&
    produced.uid === live.uid &&
    produced.resourceVersion === live.resourceVersion &&
    produced.scope === bindingOf(sealed).scope &&
    metadata.generation !== undefined &&
    status?.observedGeneration === metadata.generation &&
    syncedOf(status)?.status === 'True'
  );
}
