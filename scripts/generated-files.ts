import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { generatedFiles as customResources } from '../packages/api/scripts/generate.ts';
import { errorsPage } from './errors-page.ts';
import { root } from './run-step.ts';

/** Everything that is generated and checked in: path from the root, and what it must hold. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const definitions = [...customResources()];
  // Helm reads no file outside of a chart: it has its own copy.
  const charted = definitions.map(([file, text]): [string, string] => [`charts/signet/generated/${basename(file)}`, text]);
  return new Map([...definitions, ...charted, ['docs/reference/errors.md', await errorsPage()]]);
}

/** Paths whose content on disk is not what would be generated now. */
export async function staleFiles(): Promise<string[]> {
  return [...(await generatedFiles())]
    .filter(([file, text]) => !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text)
    .map(([file]) => file);
}

/** Writes every generated file; returns the paths that changed. */
export async function writeGeneratedFiles(): Promise<string[]> {
  const stale = await staleFiles();
  const all = await generatedFiles();
  for (const file of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), all.get(file) ?? '');
  }
  return stale;
}
