// npm run build: what is published. Libraries become JavaScript with declarations in each package's dist/; the programs
// become split bundles in dist/bin/, so that a command loads only the code it uses.
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bin, root, runStep } from './run-step.ts';

/** The programs, by package. Their entries are the same files that development runs from source. */
const programs: readonly { readonly packageName: string; readonly entries: readonly string[] }[] = [
  { packageName: 'cli', entries: ['signet', 'kubeseal'] },
  { packageName: 'controller', entries: ['signet-controller'] },
];

async function buildLibraries(): Promise<void> {
  for (const dist of globSync('packages/*/dist', { cwd: root })) rmSync(join(root, dist), { recursive: true });
  const { code } = await runStep(bin('tsc'), ['--build', '--force', 'tsconfig.build.json']);
  if (code !== 0) throw new Error('the libraries do not compile (see above)');
}

async function buildProgram(packageName: string, entries: readonly string[]): Promise<void> {
  const folder = join(root, 'packages', packageName);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => join(folder, 'bin', `${entry}.js`)),
    outdir: join(folder, 'dist', 'bin'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    metafile: true,
    logLevel: 'warning',
    define: { 'process.env.SIGNET_BUILD_VERSION': JSON.stringify(version) },
    // CommonJS dependencies inside an ES module bundle still ask for `require`.
    banner: { js: "import { createRequire as signetRequire } from 'node:module'; const require = signetRequire(import.meta.url);" },
  });
  const size = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`built ${packageName}: ${entries.join(', ')} (${Math.round(size / 1024)} KiB)`);
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
for (const { packageName, entries } of programs) await buildProgram(packageName, entries);
await tryPrograms();
