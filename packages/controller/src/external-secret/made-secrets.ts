import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import { keyOf, keyText } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import type { ChangeHandler } from '../cluster/scoped-cache.ts';
import { createdByHash } from './marks.ts';

/** Secrets by the label that says which ExternalSecret made them. */
export class MadeSecrets implements ChangeHandler<KubeObject> {
  readonly #by = new Map<string, Map<string, KubeObject>>();

  changed(secret: KubeObject, previous: KubeObject | undefined): void {
    if (previous && labelOf(previous) !== labelOf(secret)) this.removed(previous);
    const label = labelOf(secret);
    if (label === undefined) return;
    const known = this.#by.get(label) ?? new Map<string, KubeObject>();
    this.#by.set(label, known.set(keyText(keyOf(secret)), secret));
  }

  removed(secret: KubeObject): void {
    const label = labelOf(secret);
    if (label === undefined) return;
    const known = this.#by.get(label);
    known?.delete(keyText(keyOf(secret)));
    if (known?.size === 0) this.#by.delete(label);
  }

  /** Secrets with the label of an ExternalSecret, as the cache has them. */
  by({ metadata: { namespace, name } }: ExternalSecret): readonly KubeObject[] {
    return [...(this.#by.get(createdByHash(namespace, name))?.values() ?? [])];
  }
}

function labelOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[externalSecretMarks.createdBy];
}
