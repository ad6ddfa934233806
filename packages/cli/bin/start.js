// Loads the program with Node's compile cache, which lives in the user's own cache folder: a folder that others can write to
// would let them hand us code.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Runs a program and ends the process with its exit code. @param {'signet' | 'kubeseal'} name */
export async function start(name) {
  try {
    const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    enableCompileCache(join(folder, 'signet'));
  } catch {
    // No home and no cache folder: start without.
  }
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(name, process.argv.slice(2));
}
