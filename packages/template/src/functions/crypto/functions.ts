import type { FunctionTable } from '../function.ts';
import { aesFunctions } from './aes.ts';
import { certificateFunctions } from './certificate.ts';
import { hashFunctions } from './hash.ts';
import { esoPasswordFunctions, passwordFunctions } from './password.ts';
import { privateKeyFunctions } from './private-key.ts';
import { randomFunctions } from './random.ts';

/** Sprig's cryptographic functions, and those of chance. */
export const cryptoFunctions: FunctionTable = {
  ...hashFunctions,
  ...randomFunctions,
  ...passwordFunctions,
  ...aesFunctions,
  ...privateKeyFunctions,
  ...certificateFunctions,
};

/** Those that external-secrets has in another form. */
export const esoCryptoFunctions: FunctionTable = esoPasswordFunctions;
