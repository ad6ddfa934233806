import type { FunctionTable } from '../function.ts';
import { caseFunctions } from './case.ts';
import { cuttingFunctions } from './cutting.ts';
import { joiningFunctions } from './joining.ts';
import { layoutFunctions } from './layout.ts';
import { wordFunctions } from './words.ts';

/** Sprig's functions on text. */
export const textFunctions: FunctionTable = {
  ...caseFunctions,
  ...cuttingFunctions,
  ...joiningFunctions,
  ...layoutFunctions,
  ...wordFunctions,
};
