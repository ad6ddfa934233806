export { annotations, isMarked, sealedSecretKind, sealedSecretSchema } from './sealed-secret.ts';
export type {
  AdmittedSealedSecret,
  Produced,
  SealedSecret,
  SealedSecretCondition,
  SealedSecretMetadata,
  SealedSecretStatus,
  SealedSecretTemplate,
} from './sealed-secret.ts';
export { brokenItems, readSealedSecret } from './read-sealed-secret.ts';
export { sealedSecretCrd } from './crd.ts';
export type { CustomResourceDefinition } from './crd.ts';
export type { StructuralSchema } from './structural.ts';
