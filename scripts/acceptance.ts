// node scripts/acceptance.ts: each item of the acceptance checklists of sealed-secrets and external-secrets, and the tests that carry it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-step.ts';

/** Whose behaviour a checklist is made of. */
export type Checklist = 'sealed-secrets' | 'external-secrets';

/** A test that is named after an item: `acceptance 17: ...`, or `external acceptance 17: ...` for one of external-secrets. */
export interface AcceptanceTest {
  readonly of: Checklist;
  readonly item: number;
  readonly file: string;
  readonly name: string;
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

/**
 * Items of the checklists: behaviours that the tests of sealed-secrets v0.38 and external-secrets v2.9 assert. Of the latter those of
 * ExternalSecrets and their stores.
 */
export const checklists: Readonly<Record<Checklist, readonly number[]>> = {
  'sealed-secrets': upTo(49),
  'external-secrets': upTo(40),
};

/** Names stand in quotes, after `test(`, `describe(` or the rows of an `each`. */
const named = /\(\s*['"`](external )?((?:acceptance \d+: )+[^\n]*?)['"`],/g;

/** The tests of a source that carry numbers. Pure. */
export function testsIn(file: string, source: string): AcceptanceTest[] {
  return [...source.matchAll(named)].flatMap(([, external = '', name = '']) =>
    [...name.matchAll(/acceptance (\d+): /g)].map(([, item]): AcceptanceTest => {
      const of = external === '' ? 'sealed-secrets' : 'external-secrets';
      return { of, item: Number(item), file, name: `${external}${name}` };
    }),
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

/** The tests of one item. Pure. */
export function carrying(tests: readonly AcceptanceTest[], of: Checklist, item: number): AcceptanceTest[] {
  return tests.filter((test) => test.of === of && test.item === item);
}

if (import.meta.main) {
  const tests = acceptanceTests();
  for (const of of Object.keys(checklists) as Checklist[]) {
    console.log(of);
    for (const item of checklists[of]) {
      const found = carrying(tests, of, item);
      console.log(`${String(item).padStart(2)}  ${found.length === 0 ? 'MISSING' : ''}`);
      for (const { file, name } of found) console.log(`    ${file}: ${name}`);
      if (found.length === 0) process.exitCode = 1;
    }
  }
}
