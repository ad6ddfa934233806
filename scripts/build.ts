// npm run build: what is published. Libraries become JavaScript with declarations in each package's dist/; the programs
// become split bundles in dist/bin/, so that a command loads only the code it uses.
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, programs } from './bundle.ts';
import { bin, root, runStep } from './run-step.ts';

async function buildLibraries(): Promise<void> {
  for (const dist of globSync('packages/*/dist', { cwd: root })) rmSync(join(root, dist), { recursive: true });
  const { code } = await runStep(bin('tsc'), ['--build', '--force', 'tsconfig.build.json']);
  if (code !== 0) throw new Error('the libraries do not compile (see above)');
}

/** Runs each built program once: a bundle that cannot print its version is not a build. */
async function tryPrograms(): Promise<void> {
  for (const { packageName, entries } of programs) {
    for (const entry of entries) {
      const path = join(root, 'packages', packageName, 'dist', 'bin', `${entry}.js`);
      for (const flag of ['--version', '--help']) {
        const { code, output } = await runStep(process.execPath, [path, flag], { quiet: true });
        if (code !== 0) throw new Error(`${entry} ${flag} ended with ${code}:\n${output}`);
      }
    }
  }
}

await buildLibraries();
for (const each of programs) {
  const bytes = await bundle(each, join(root, 'packages', each.packageName, 'dist'));
  console.log(`built ${each.packageName}: ${each.entries.join(', ')} (${Math.round(bytes / 1024)} KiB)`);
}
await tryPrograms();
