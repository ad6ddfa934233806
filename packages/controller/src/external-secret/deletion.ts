import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { createdByHash, isMadeBy } from './marks.ts';

/**
 * Secrets that an ExternalSecret made under a target name it no longer has: with creationPolicy Owner they are deleted, after the new one was
 * written. They are found by their label; one that somebody else controls by now is not among them.
 *
 * @param secrets of the same namespace, metadata is enough
 */
export function orphansOf<S extends Pick<KubeObject, 'metadata'>>(es: ExternalSecret, secrets: Iterable<S>): S[] {
  const { creationPolicy, name } = es.spec.target;
  if (creationPolicy !== 'Owner') return [];
  const label = createdByHash(es.metadata.namespace, es.metadata.name);
  return [...secrets].filter(
    ({ metadata }) =>
      metadata.labels?.[externalSecretMarks.createdBy] === label &&
      metadata.name !== name &&
      metadata.namespace === es.metadata.namespace &&
      isMadeBy(es, metadata),
  );
}

/**
 * True when the target goes at once with an ExternalSecret that is being deleted: deletionPolicy Delete, and it is ours. With creationPolicy Owner
 * the cluster's garbage collection removes it afterwards in any case; with every other policy it stays.
 */
export function goesWith(es: ExternalSecret, live: Pick<KubeObject, 'metadata'> | undefined): boolean {
  const { creationPolicy, deletionPolicy } = es.spec.target;
  return live !== undefined && deletionPolicy === 'Delete' && creationPolicy === 'Owner' && isMadeBy(es, live.metadata);
}
