import { builtinFunctions } from './functions/builtin/functions.ts';
import { cryptoFunctions, esoCryptoFunctions } from './functions/crypto/functions.ts';
import { dictFunctions } from './functions/dict/functions.ts';
import { encodingFunctions, hexFunctions } from './functions/encoding/functions.ts';
import { flowFunctions } from './functions/flow/functions.ts';
import type { FunctionTable } from './functions/function.ts';
import { esoListFunctions, listFunctions } from './functions/list/functions.ts';
import { esoNumberFunctions, numberFunctions } from './functions/number/functions.ts';
import { pathFunctions } from './functions/path/path-functions.ts';
import { regexFunctions } from './functions/regex/regex-functions.ts';
import { secretFunctions } from './functions/secret/functions.ts';
import { semverFunctions } from './functions/semver/semver-functions.ts';
import { textFunctions } from './functions/text/functions.ts';
import { timeFunctions } from './functions/time/time-functions.ts';
import { urlFunctions } from './functions/url/url-functions.ts';

/** Sprig 3.3 without what reaches outside (`env`, `expandenv`, `getHostByName`), over Go's own functions: Sprig's `slice` wins. */
const common: FunctionTable = {
  ...builtinFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...flowFunctions,
  ...encodingFunctions,
  ...pathFunctions,
  ...timeFunctions,
  ...semverFunctions,
  ...urlFunctions,
  ...regexFunctions,
  ...cryptoFunctions,
};

/** What a SealedSecret's template can call. */
export const sealedSecretsFunctions: FunctionTable = common;

/** What an ExternalSecret's template can call. */
export const externalSecretsFunctions: FunctionTable = {
  ...common,
  ...esoNumberFunctions,
  ...esoListFunctions,
  ...esoCryptoFunctions,
  ...hexFunctions,
  ...secretFunctions,
};
