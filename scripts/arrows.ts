import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Packages of single backends of secrets, below `packages/providers`. They know nothing of each other. */
const providers = ['provider-fake', 'provider-webhook', 'provider-kubernetes', 'provider-vault', 'provider-aws'] as const;

/**
 * The arrows between packages: who may import whom. A package that is not listed fails the check, so a new one is placed on
 * purpose. `errors` is the floor; `sealing`, `api` and `kube` know nothing of each other; programs stand on top.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  sealing: ['errors'],
  template: ['errors'],
  api: ['errors'],
  kube: ['errors'],
  'kube-sandbox': ['errors'],
  provider: ['errors'],
  'provider-fake': ['errors', 'provider'],
  'provider-webhook': ['errors', 'provider', 'template'],
  'provider-kubernetes': ['errors', 'provider', 'kube'],
  'provider-vault': ['errors', 'provider'],
  'provider-aws': ['errors', 'provider'],
  'provider-local': ['errors', 'provider'],
  'kms-plugin': ['errors', 'provider', 'provider-local'],
  controller: ['errors', 'sealing', 'template', 'api', 'kube', 'provider', ...providers],
  cli: ['errors', 'sealing', 'template', 'api', 'kube', 'kube-sandbox', 'controller', 'provider', ...providers],
};

/** What tests of a package may import besides: the sandbox stands in for a cluster, and the client speaks with a real one. */
const forTests: ReadonlySet<string> = new Set(['kube-sandbox', 'kube']);
/** Where the real servers are that tests of a package may start. */
const serversForTests: ReadonlySet<string> = new Set(['control-plane', 'harness']);

const importPattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+)['"]/g;

/** One import that points the wrong way. */
export interface WrongArrow {
  readonly file: string;
  readonly imports: string;
  readonly because: string;
}

/** The name of the package that a file is in, without its scope. */
function ownerOf(file: string): string {
  const [, first = '', second = ''] = file.split(/[\\/]/);
  return first === 'providers' ? `provider-${second}` : first;
}

/** Where a package is. */
function folderOf(owner: string): string {
  return owner.startsWith('provider-') ? join('packages', 'providers', owner.slice('provider-'.length)) : join('packages', owner);
}

/** Checks one file's imports. `file` is relative to the repository root: `packages/NAME/...`. Pure. */
export function checkFile(file: string, text: string): WrongArrow[] {
  const owner = ownerOf(file);
  const isTest = /\.test\.ts$|[\\/]test[\\/]|[\\/]testing[\\/]/.test(file);
  const allowed = arrows[owner];
  if (!allowed) return [{ file, imports: '-', because: `package "${owner}" has no place in scripts/arrows.ts` }];
  const wrong: WrongArrow[] = [];
  for (const [, specifier = ''] of text.matchAll(importPattern)) {
    const target = /^@signet\/([^/]+)/.exec(specifier)?.[1];
    if (target !== undefined && target !== owner && !allowed.includes(target) && !(isTest && forTests.has(target))) {
      wrong.push({ file, imports: specifier, because: `${owner} may import only: ${allowed.join(', ') || 'nothing of ours'}` });
    }
    if (specifier.startsWith('.')) {
      const reached = relative('.', resolve(dirname(file), specifier)).split(sep);
      if (isTest && reached[0] === 'test' && serversForTests.has(reached[1] ?? '')) continue;
      if (reached[0] !== 'packages' || ownerOf(reached.join('/')) !== owner) {
        wrong.push({ file, imports: specifier, because: 'a relative import must stay in its package' });
      }
    }
  }
  return wrong;
}

/** Checks every source file of every package below `root`, and that what a package.json declares agrees with the arrows. */
export function checkArrows(root: string): WrongArrow[] {
  const wrong: WrongArrow[] = [];
  for (const file of globSync('packages/{*,providers/*}/{src,bin,scripts,test}/**/*.{ts,js}', { cwd: root })) {
    if (file.includes('node_modules') || file.includes(`${sep}testdata${sep}`)) continue;
    wrong.push(...checkFile(file, readFileSync(join(root, file), 'utf8')));
  }
  for (const name of Object.keys(arrows)) {
    const manifest = join(root, folderOf(name), 'package.json');
    if (!existsSync(manifest)) continue;
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) {
      const target = /^@signet\/(.+)$/.exec(dependency)?.[1];
      if (target !== undefined && !arrows[name]?.includes(target)) {
        wrong.push({ file: join(folderOf(name), 'package.json'), imports: dependency, because: 'declared against the arrows' });
      }
    }
  }
  return wrong;
}
