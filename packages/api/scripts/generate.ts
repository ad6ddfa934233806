import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { sealedSecretCrd } from '../src/index.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What this package generates: path relative to the repository's root -> text. Pure; writing is the caller's business. */
export function generatedFiles(): Map<string, string> {
  const header = '# Generated from packages/api/src/sealed-secret.ts. Change the schema and run `npm run generate`.\n';
  return new Map([
    [
      'packages/api/generated/sealedsecrets.bitnami.com.yaml',
      header + stringify(sealedSecretCrd(), { lineWidth: 0, aliasDuplicateObjects: false }),
    ],
  ]);
}

if (import.meta.main) {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(resolve(root, path)), { recursive: true });
    writeFileSync(resolve(root, path), text);
    console.log(path);
  }
}
