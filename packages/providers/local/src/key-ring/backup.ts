import type { KeyRing } from './key-ring.ts';

/** What a backup of a ring is worth. */
export interface BackupReport {
  /** Versions of the ring that the backup holds with the same key. */
  readonly held: readonly string[];
  /** Versions of the ring that it lacks: what they have encrypted would be lost. */
  readonly missing: readonly string[];
  /** Why it is no backup of this ring at all. */
  readonly foreign?: string;
}

/** Compares a backup with the ring that is in use. Versions name their keys by fingerprint, which reading has checked. Pure. */
export function compareBackup(ring: KeyRing, backup: KeyRing): BackupReport {
  const versions = ring.keys.map(({ version }) => version);
  if (backup.lineage !== ring.lineage) return { held: [], missing: versions, foreign: 'it is of another ring' };
  const inBackup = new Map(backup.keys.map(({ version, key }) => [version, key]));
  const holds = ({ version, key }: KeyRing['keys'][number]): boolean => inBackup.get(version)?.equals(key) ?? false;
  return {
    held: ring.keys.filter((key) => holds(key)).map(({ version }) => version),
    missing: ring.keys.filter((key) => !holds(key)).map(({ version }) => version),
  };
}
