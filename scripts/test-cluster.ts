// npm run test:cluster: the tests that need further programs. What is missing is obtained from package registries or named.
import { bin, runStep } from './run-step.ts';

const args = ['run', '--project', 'cluster', ...process.argv.slice(2)];
process.exitCode = (await runStep(bin('vitest'), args)).code;
