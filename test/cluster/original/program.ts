import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The release that is pinned in go.mod. */
export const originalVersion = 'v0.38.4';

/**
 * The original sealed-secrets controller: built from its Go module on the first call on this machine (1 to 2 minutes), found in the
 * cache afterwards.
 *
 * @returns the path of a static program
 */
export async function originalController(): Promise<string> {
  const { stdout } = await promisify(execFile)(join(import.meta.dirname, 'build.sh'), { maxBuffer: 64 << 20 });
  return stdout.trim();
}
