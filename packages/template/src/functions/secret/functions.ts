import { GoError } from '../../go/error.ts';
import { stringSlice, anyMap } from '../../go/value.ts';
import { marshalYaml, unmarshalMap, isYamlError } from '../../go/yaml.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { certificateSans, filterChain } from './certificate-chain.ts';
import { jwkPrivatePem, jwkPublicPem } from './jwk.ts';
import { filterBlocks } from './pem-text.ts';
import { pkcs12Functions } from './pkcs12.ts';
import { decryptRsa } from './rsa-decrypt.ts';

/** What checking and writing a key counts for. */
const jwkSteps = 500;

/** What external-secrets adds to Sprig: certificates, keys, PKCS#12 and YAML. Only its templates have them. */
export const secretFunctions: FunctionTable = {
  ...pkcs12Functions,

  filterPEM: fn('func(string, string) (string, error)', ({ budget }, type, input) => {
    budget.make(4 * input.length);
    budget.step(input.length >> 4);
    return filterBlocks(type, input);
  }),
  filterCertChain: fn('func(string, string) (string, error)', ({ budget }, role, input) => {
    budget.make(4 * input.length);
    budget.step(input.length >> 4);
    return filterChain(role, input);
  }),
  certSANs: fn('func(string) ([]string, error)', ({ budget }, input) => {
    budget.make(4 * input.length);
    budget.step(input.length >> 4);
    return stringSlice(certificateSans(input));
  }),

  jwkPublicKeyPem: fn('func(string) (string, error)', ({ budget }, json) => {
    budget.step(jwkSteps);
    return jwkPublicPem(json, budget);
  }),
  jwkPrivateKeyPem: fn('func(string) (string, error)', ({ budget }, json) => {
    budget.step(jwkSteps);
    return jwkPrivatePem(json, budget);
  }),
  rsaDecrypt: fn('func(string, string, string, string) (string, error)', ({ budget }, scheme, hash, input, pem) =>
    decryptRsa(budget, { scheme, hash, input, pem }),
  ),

  /** Errors give the empty text; the line end at the end goes away. */
  toYaml: fn('func(interface {}) string', ({ budget }, value) => {
    try {
      return marshalYaml(value, budget).replace(/\n$/, '');
    } catch (error) {
      if (error instanceof GoError) return '';
      throw error;
    }
  }),
  /** An error becomes the value of the key `Error`. */
  fromYaml: fn('func(string) map[string]interface {}', ({ budget }, text) => {
    try {
      return unmarshalMap(text, budget);
    } catch (error) {
      if (isYamlError(error)) return anyMap([['Error', error.text]]);
      throw error;
    }
  }),
};
