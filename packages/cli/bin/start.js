// Loads the program with Node's compile cache, which lives in the user's own cache folder: a folder that others can write to
// would let them hand us code. Must be readable by older Nodes, if only to say that they are too old.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Runs a program and ends the process with its exit code. @param {'signet' | 'kubeseal'} name */
export async function start(name) {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    process.exitCode = onPinnedNode();
    return;
  }
  try {
    const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    nodeModule.enableCompileCache(join(folder, 'signet'));
  } catch {
    // No home and no cache folder: start without.
  }
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(name, process.argv.slice(2));
}

/** In a checkout the right Node lies beside us, whatever the shell finds first. @returns {number} the exit code */
function onPinnedNode() {
  const pinned = join(import.meta.dirname ?? '', '../../../node_modules/.bin/node');
  if (import.meta.dirname && existsSync(pinned)) {
    return spawnSync(pinned, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1;
  }
  console.error(`error: Signet needs Node 24 or newer; this is ${process.versions.node}\n  fix install Node 24`);
  return 1;
}
