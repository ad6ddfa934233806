import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pagesOf, type Catalogue, type Page } from '../packages/errors/src/index.ts';
import { root } from './run-step.ts';

const pagesSymbol: symbol = Symbol.for('signet.errors.pages');

/** Every catalogue the packages export from an `errors.ts` or `NAME-errors.ts`, by package, in the order of their names. */
async function catalogues(): Promise<ReadonlyMap<string, readonly Page[]>> {
  const found = new Map<string, readonly Page[]>();
  for (const file of globSync('packages/{*,providers/*}/src/**/{errors,*-errors}.ts', { cwd: root }).toSorted()) {
    const packageName = file.slice('packages/'.length, file.search(/[\\/]src[\\/]/));
    const exported = Object.values((await import(join(root, file))) as Record<string, unknown>);
    const pages = exported
      .filter((value) => typeof value === 'object' && value !== null && pagesSymbol in value)
      .flatMap((value) => pagesOf(value as Catalogue<Record<string, never>>));
    if (pages.length > 0) found.set(packageName, [...(found.get(packageName) ?? []), ...pages]);
  }
  return found;
}

/** The text of docs/reference/errors.md: one section per code. */
export async function errorsPage(): Promise<string> {
  if (!existsSync(join(root, 'packages'))) throw new Error(`no packages below ${root}`);
  const sections = [...(await catalogues())].map(([packageName, pages]) => {
    const entries = pages.map(
      (page) =>
        `### ${page.code}\n\n${page.why}\n\n**What to do:** ${page.next}\n\nExit code of a program that ends with it: ${page.exit}.`,
    );
    return `## ${packageName}\n\n${entries.join('\n\n')}`;
  });
  const intro =
    'Every error of Signet has a code that stays the same between versions. Messages name files, lines, objects and keys, ' +
    'never a value.\n\nThis page is made from the catalogues in `packages/*/src` by `npm run generate`.';
  return `# Errors\n\n${intro}\n\n${sections.join('\n\n')}\n`;
}
