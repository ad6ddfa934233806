// npm run check: everything about the code that can be judged without running it. Every check runs; all failures are shown.
import { globSync } from 'node:fs';
import { checkArrows } from './arrows.ts';
import { staleFiles } from './generated-files.ts';
import { bin, root, runStep } from './run-step.ts';

interface Check {
  readonly name: string;
  /** Resolves to the complaint, or to nothing when all is well. */
  readonly run: () => Promise<string | undefined>;
}

function command(name: string, program: string, ...args: string[]): Check {
  return {
    name,
    run: async () => {
      const { code, output } = await runStep(bin(program), args, { quiet: true });
      return code === 0 ? undefined : output.trim();
    },
  };
}

const checks: readonly Check[] = [
  command('types', 'tsc', '--project', '.'),
  command('declarations stand alone', 'tsc', '--project', 'tsconfig.declarations.json'),
  command('lint', 'oxlint', '--type-aware', '--deny-warnings', 'packages', 'scripts', 'test', 'vitest.config.ts'),
  command('format', 'oxfmt', '--check', '.'),
  command('unused code', 'knip', '--no-progress'),
  {
    name: 'arrows between packages',
    run: () => {
      const wrong = checkArrows(root).map((arrow) => `${arrow.file} imports ${arrow.imports}: ${arrow.because}`);
      return Promise.resolve(wrong.length > 0 ? wrong.join('\n') : undefined);
    },
  },
  {
    name: 'generated files are current',
    run: async () => {
      const stale = await staleFiles();
      return stale.length > 0 ? `${stale.join('\n')}\n  fix npm run generate` : undefined;
    },
  },
  {
    name: 'every package has a README',
    run: () => {
      const missing = globSync('packages/{*,providers/*}/package.json', { cwd: root })
        .map((file) => file.replace('package.json', 'README.md'))
        .filter((readme) => globSync(readme, { cwd: root }).length === 0);
      return Promise.resolve(missing.length > 0 ? missing.join('\n') : undefined);
    },
  },
];

let failed = 0;
for (const check of checks) {
  const complaint = await check.run();
  console.log(`${complaint === undefined ? 'ok    ' : 'FAILED'} ${check.name}`);
  if (complaint !== undefined) {
    failed += 1;
    console.log(complaint.replace(/^/gm, '  '));
  }
}
console.log(`checks: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
