// node scripts/image-root.ts FOLDER: everything the container image of the controller holds. The Dockerfile copies it to `/`, and the
// end-to-end tests run the controller inside it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundle, programs } from './bundle.ts';
import { root } from './run-step.ts';

/**
 * Fills an empty folder with the root of the image: Node at `usr/bin/node` with the shared libraries it is linked to, the bundled
 * controller at `signet/bin/signet-controller.js`, the licence. No shell, no package manager, no `node_modules`. Linux only.
 */
export async function writeImageRoot(folder: string): Promise<void> {
  const node = realpathSync(process.execPath);
  copyInto(folder, node, 'usr/bin/node');
  for (const library of sharedLibraries(node)) copyInto(folder, library, library);
  const controller = programs.find(({ packageName }) => packageName === 'controller');
  if (!controller) throw new Error('there is no controller to put into the image');
  await bundle(controller, join(folder, 'signet'));
  copyInto(folder, join(root, 'LICENSE'), 'signet/LICENSE');
}

function copyInto(folder: string, from: string, to: string): void {
  const target = join(folder, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}

/** Absolute paths, the dynamic linker included, as `ldd` prints them: `name => /path (0x...)` or `/path (0x...)`. */
function sharedLibraries(program: string): string[] {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(?:^|=>)\s*(\/\S+)/.exec(line)?.[1] ?? []);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: node scripts/image-root.ts FOLDER');
  await writeImageRoot(resolve(folder));
}
