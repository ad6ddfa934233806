import { keyLabel } from '@signet/controller/sealing-keys';
import type { Secret } from '@signet/kube/client';
import { isLabelled } from './backup-content.ts';
import { isUsed } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';

/** What is done about one key of a backup. */
export interface Step {
  readonly do: 'create' | 'create under a new name' | 'nothing';
  readonly key: FoundKey;
  /** What is created; absent when nothing is. */
  readonly secret?: Secret;
  readonly because: string;
}

/** What is there, and where the keys go. */
export interface Present {
  readonly namespace: string;
  readonly prefix: string;
  /** Key Secrets of the cluster. */
  readonly keys: readonly FoundKey[];
  /** Names of all Secrets in the namespace that have the name of a key of the backup. */
  readonly taken: ReadonlySet<string>;
}

/**
 * What restoring a backup means for a cluster. Pure. A key that is there, under whatever name and in whatever state, is left
 * alone; no Secret is ever replaced.
 */
export function planRestore(backup: readonly FoundKey[], present: Present): Step[] {
  return backup.map((key): Step => {
    const same = present.keys.find(({ certificate }) => certificate?.fingerprint === key.entry?.key.id);
    if (same && same.state !== 'broken') return { do: 'nothing', key, because: whyNothing(same, key) };
    const secret = restored(key, present);
    if (!present.taken.has(key.name)) return { do: 'create', key, secret, because: 'missing' };
    const { name: _, ...metadata } = secret.metadata;
    const renamed: Secret = {
      ...secret,
      // Without its name only the label makes it a key.
      metadata: { ...metadata, generateName: present.prefix, labels: { ...labelOf(secret), ...metadata.labels } },
    };
    return { do: 'create under a new name', key, secret: renamed, because: `another Secret is named ${key.name}` };
  });
}

function labelOf(secret: Secret): Record<string, string> {
  return isLabelled(secret) ? {} : { [keyLabel]: 'active' };
}

function restored({ secret, name }: FoundKey, { namespace, prefix }: Present): Secret {
  const kept: Secret = { ...secret, metadata: { ...secret.metadata, namespace } };
  // An unlabelled key counts by its name, and by the prefix of this controller only.
  return isLabelled(secret) || name === prefix
    ? kept
    : { ...kept, metadata: { ...kept.metadata, labels: { ...kept.metadata.labels, [keyLabel]: 'active' } } };
}

function whyNothing(same: FoundKey, key: FoundKey): string {
  const as = same.name === key.name ? 'is there' : `is there as ${same.name}`;
  return isUsed(same) === isUsed(key) ? as : `${as}, ${same.state}: it stays so`;
}
