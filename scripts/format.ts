// npm run format: brings every file into the house format.
import { bin, runStep } from './run-step.ts';

process.exitCode = (await runStep(bin('oxfmt'), ['.'])).code;
