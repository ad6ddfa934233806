import { builtinFunctions } from './functions/builtin/functions.ts';
import type { FunctionTable } from './functions/function.ts';

/** What a SealedSecret's template can call. */
export const sealedSecretsFunctions: FunctionTable = { ...builtinFunctions };

/** What an ExternalSecret's template can call. */
export const externalSecretsFunctions: FunctionTable = { ...builtinFunctions };
