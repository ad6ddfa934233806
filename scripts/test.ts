// npm test: every test that needs nothing but this checkout. `npm test -- PATTERN` runs the files that match.
import { bin, runStep } from './run-step.ts';

// Most of these tests wait more than they compute, so no core is kept free for the runner.
const args = ['run', '--project', 'unit', '--project', 'process', '--maxWorkers=100%', ...process.argv.slice(2)];
process.exitCode = (await runStep(bin('vitest'), args)).code;
