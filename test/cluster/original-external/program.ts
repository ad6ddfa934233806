import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The original, on this machine. */
export interface OriginalExternalSecrets {
  /** A static program. */
  readonly controller: string;
  /** Folder with its CustomResourceDefinitions, one file each. */
  readonly definitions: string;
}

/**
 * The original external-secrets controller of the release in go.mod: built from its Go module on the first call on this machine (about 2
 * minutes), found in the cache afterwards.
 */
export async function originalExternalSecrets(): Promise<OriginalExternalSecrets> {
  const { stdout } = await promisify(execFile)(join(import.meta.dirname, 'build.sh'), { maxBuffer: 64 << 20 });
  const home = stdout.trim();
  return { controller: join(home, 'controller'), definitions: join(home, 'crds') };
}
