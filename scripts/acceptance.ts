// node scripts/acceptance.ts: each item of the acceptance checklist of sealed-secrets, and the tests that carry its number.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-step.ts';

/** A test that is named after an item: `acceptance 17: ...`. */
export interface AcceptanceTest {
  readonly item: number;
  readonly file: string;
  readonly name: string;
}

/** Items of the checklist: behaviours that the tests of sealed-secrets v0.38 assert. */
export const items: readonly number[] = Array.from({ length: 49 }, (_, index) => index + 1);

/** Names stand in quotes, after `test(`, `describe(` or the rows of an `each`. */
const named = /\(\s*['"`]((?:acceptance \d+: )+[^\n]*?)['"`],/g;

/** The tests of a source that carry numbers. Pure. */
export function testsIn(file: string, source: string): AcceptanceTest[] {
  return [...source.matchAll(named)].flatMap(([, name = '']) =>
    [...name.matchAll(/acceptance (\d+): /g)].map(([, item]) => ({ item: Number(item), file, name })),
  );
}

/** All of them in this checkout. */
export function acceptanceTests(): AcceptanceTest[] {
  const files = globSync(['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'], {
    cwd: root,
    exclude: (path) => path.endsWith('node_modules'),
  });
  return files.toSorted().flatMap((file) => testsIn(file, readFileSync(join(root, file), 'utf8')));
}

if (import.meta.main) {
  const tests = acceptanceTests();
  for (const item of items) {
    const carrying = tests.filter((test) => test.item === item);
    console.log(`${String(item).padStart(2)}  ${carrying.length === 0 ? 'MISSING' : ''}`);
    for (const { file, name } of carrying) console.log(`    ${file}: ${name}`);
  }
  process.exitCode = items.some((item) => tests.every((test) => test.item !== item)) ? 1 : 0;
}
