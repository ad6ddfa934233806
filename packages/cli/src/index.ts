/**
 * The command line as a library: the sealing of whole manifests, and the programs for those who embed them.
 *
 * @module
 */
export { cliErrors, exitCodes, kubesealErrors, Refusals } from './errors.ts';
export { main } from './main.ts';
export { endingSignal } from './console/io.ts';
export type { Io } from './console/io.ts';
export { report } from './console/report.ts';
export { clusterCertificate } from './certificate/cluster-certificate.ts';
export { sourceOf } from './document/source.ts';
export type { Source } from './document/source.ts';
export { planSource, sealPlan } from './seal/seal-source.ts';
export type { Format, Plan } from './seal/seal-source.ts';
export type { Wishes } from './secret/bind.ts';
