import type { FunctionTable } from '../function.ts';
import { arithmeticFunctions } from './arithmetic.ts';
import { esoCast, sprigCast } from './cast.ts';
import { countingFunctions } from './counting.ts';

/** Sprig's functions on numbers. */
export const numberFunctions: FunctionTable = { ...arithmeticFunctions(sprigCast), ...countingFunctions };

/** What the ExternalSecret set does differently with numbers: it makes `"3.7"` an integer. Merge over `numberFunctions`. */
export const esoNumberFunctions: FunctionTable = arithmeticFunctions(esoCast);
