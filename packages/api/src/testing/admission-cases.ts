import type { AdmissionCase } from './admission-case.ts';
import { casesOf } from './admission-case.ts';
import { rewriteCases, scheduleCases, sourceCases, sourceRefCases, storeRefCases } from './source-cases.ts';
import { storeCases } from './store-cases.ts';
import { targetCases, templateCases } from './target-cases.ts';

/** Every rule, limit and enumeration, from both sides. */
export const admissionCases: readonly AdmissionCase[] = [
  ...casesOf('ExternalSecret', [
    ...sourceCases,
    ...sourceRefCases,
    ...rewriteCases,
    ...storeRefCases,
    ...scheduleCases,
    ...targetCases,
    ...templateCases,
  ]),
  ...casesOf('SecretStore', storeCases),
  ...casesOf('ClusterSecretStore', storeCases),
];
