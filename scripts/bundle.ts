import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './run-step.ts';

/** A package's programs. Their entries in `bin/` are the same files that development runs from source. */
export interface Programs {
  /** Folder below `packages/`. */
  readonly packageName: string;
  readonly entries: readonly string[];
}

/** Every program that is published. */
export const programs: readonly Programs[] = [
  { packageName: 'cli', entries: ['signet', 'kubeseal'] },
  { packageName: 'controller', entries: ['signet-controller'] },
  { packageName: 'kms-plugin', entries: ['signet-kms'] },
];

/**
 * Bundles a package's programs into `folder/bin/*.js`, with a `folder/package.json` that says their version and that they are ES
 * modules. Nothing else is needed to run them: no `node_modules`. Split, so that a command loads only the code it uses.
 *
 * @returns the size of all bundles in bytes
 */
export async function bundle({ packageName, entries }: Programs, folder: string): Promise<number> {
  const source = join(root, 'packages', packageName);
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Record<'name' | 'version' | 'license', string>;
  const { name, version, license } = manifest;
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => join(source, 'bin', `${entry}.js`)),
    outdir: join(folder, 'bin'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Where a package has both: named exports of a CommonJS module are lost to those who import it when they need it.
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'warning',
    // CommonJS dependencies inside an ES module bundle still ask for `require`.
    banner: { js: "import { createRequire as signetRequire } from 'node:module'; const require = signetRequire(import.meta.url);" },
  });
  mkdirSync(folder, { recursive: true });
  // The programs look for their version in the folder above `bin`, as they do when they run from source.
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, license, private: true, type: 'module' }, null, 2)}\n`,
  );
  return Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
}
