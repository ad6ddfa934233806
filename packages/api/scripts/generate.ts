import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { customResourceDefinitions } from '../src/index.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What this package generates: path relative to the repository's root -> text. Pure; writing is the caller's business. */
export function generatedFiles(): Map<string, string> {
  const header = '# Generated from the schemas of packages/api/src. Change them and run `npm run generate`.\n';
  return new Map(
    customResourceDefinitions().map((definition) => [
      `packages/api/generated/${definition.metadata.name}.yaml`,
      header + stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  );
}

if (import.meta.main) {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(resolve(root, path)), { recursive: true });
    writeFileSync(resolve(root, path), text);
    console.log(path);
  }
}
