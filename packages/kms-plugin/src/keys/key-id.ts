import { createHash } from 'node:crypto';
import type { KeyVersion } from '@signet/provider';

/** What a key id is made of: which backend, which key, which life of it, which version. */
export interface KeyIdParts extends Pick<KeyVersion, 'identity' | 'lineage' | 'version'> {
  /** The backend's name: `local`. */
  readonly backend: string;
  /** Raised by an operator who goes back to a key that was in use before: key ids are never used twice. */
  readonly generation: number;
}

/**
 * The key id of one version of a key: the same on every node and after every restart, another for every other version, key, life of a key, or
 * backend. It tells nothing. 46 characters, because it stands in clear in every object of etcd. Part of what is stored: it never changes.
 */
export function keyIdOf({ backend, identity, lineage, version, generation }: KeyIdParts): string {
  const hash = createHash('sha256');
  for (const part of ['signet.dev/key-id/v1', backend, identity, lineage, version, String(generation)]) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return `k1-${hash.digest('base64url')}`;
}
