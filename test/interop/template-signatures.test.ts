import { externalSecretsFunctions, sealedSecretsFunctions } from '@signet/template';
import { describe, expect, test } from 'vitest';
import { functionSets } from './template-oracle/question.ts';
import { recordedSignatures } from './template-oracle/recorded.ts';

const tables = { 'sealed-secrets': sealedSecretsFunctions, 'external-secrets': externalSecretsFunctions };

/** Its type in the engine is not known: one recorded answer is all there is. */
const unproved = new Set(['hexdec']);

describe.each(functionSets)('%s', (set) => {
  // A type is more than a formality: from it follows which arguments are taken, and the words of the error for others.
  test.each(Object.entries(recordedSignatures()[set]).filter(([name]) => !unproved.has(name)))('%s is %s', (name, signature) => {
    expect(tables[set][name]?.signature).toBe(signature);
  });

  test('env, expandenv and getHostByName are refused by their absence, as in the controllers', () => {
    expect(['env', 'expandenv', 'getHostByName', 'lookup', 'getSecretKey'].filter((name) => name in tables[set])).toEqual([]);
  });
});
