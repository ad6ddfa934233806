/**
 * The Ready conditions of ExternalSecrets: reasons and messages of external-secrets v2.9, which people's scripts and dashboards know. A failure's
 * message goes on with the cause.
 */
export interface Told {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
}

const good = (reason: string, message: string): Told => ({ ready: true, reason, message });

/** What is told when things went well. */
export const told: Readonly<
  Record<
    'synced' | 'retained' | 'deleted' | 'missing' | 'resourceSynced' | 'resourceRetained' | 'resourceDeleted' | 'resourceMissing',
    Told
  >
> = {
  synced: good('SecretSynced', 'secret synced'),
  retained: good('SecretSynced', 'secret retained due to DeletionPolicy=Retain'),
  deleted: good('SecretDeleted', 'secret deleted due to DeletionPolicy=Delete'),
  missing: good('SecretMissing', 'secret will not be created due to CreationPolicy=Merge'),
  resourceSynced: good('ResourceSynced', 'resource synced'),
  resourceRetained: good('ResourceSynced', 'resource retained due to DeletionPolicy=Retain'),
  resourceDeleted: good('ResourceDeleted', 'resource deleted due to DeletionPolicy=Delete'),
  resourceMissing: good('ResourceMissing', 'resource will not be created due to CreationPolicy=Merge'),
};

/** What is told when things went wrong, before the cause. */
export const failure = {
  gather: 'could not get secret data from provider',
  update: 'could not update secret',
  immutable: 'could not update secret, target is immutable',
  ownership: 'failed to take ownership of target secret',
  owned: 'target is owned by another ExternalSecret',
  delete: 'could not delete secret',
  orphans: 'could not delete orphaned secrets',
  generic: 'invalid generic target',
  updateResource: 'could not update resource',
  deleteResource: 'could not delete resource',
} as const;

/** A decision not to write. The Secret stays as it is. */
export interface Refusal {
  readonly do: 'refuse';
  readonly reason: 'SecretSyncedError' | 'ResourceSyncedError';
  /** For the status and the Warning event `UpdateFailed`. Names fields, keys and objects, never values. */
  readonly message: string;
  /** True: trying again changes nothing; it takes a new spec, or what `mendedBy` names. */
  readonly permanent: boolean;
  /** What, besides a new spec, can mend it: all of it is watched, or comes with the next refresh. */
  readonly mendedBy: 'spec' | 'target' | 'templates';
}

/** A refusal about a Secret. @param cause a sentence without values */
export function refuse(what: string, cause: string, mendedBy: Refusal['mendedBy']): Refusal {
  return { do: 'refuse', reason: 'SecretSyncedError', message: `${what}: ${cause}`, permanent: true, mendedBy };
}

/** A refusal about a target of another kind. */
export function refuseResource(what: string, cause: string, mendedBy: Refusal['mendedBy']): Refusal {
  return { ...refuse(what, cause, mendedBy), reason: 'ResourceSyncedError' };
}
