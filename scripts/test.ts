// npm test: every test that needs nothing but this checkout. `npm test -- PATTERN` runs the files that match.
import { bin, runStep } from './run-step.ts';

const args = ['run', '--project', 'unit', '--project', 'process', ...process.argv.slice(2)];
process.exitCode = (await runStep(bin('vitest'), args)).code;
