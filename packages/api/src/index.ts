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
export {
  clusterSecretStoreCrd,
  customResourceDefinitions,
  externalSecretCrd,
  generatorCrds,
  sealedSecretCrd,
  secretStoreCrd,
} from './definitions.ts';
export type { CustomResourceDefinition, CustomResourceVersion, PrinterColumn } from './crd.ts';
export type { StructuralSchema } from './structural.ts';
export { externalSecretKind, externalSecretMarks } from './external-secret.ts';
export type {
  Conversion,
  CreationPolicy,
  DataFrom,
  DataItem,
  Decoding,
  DeletionPolicy,
  ExternalSecret,
  ExternalSecretSpec,
  ExternalSecretStatus,
  Find,
  GeneratorRef,
  MergeRewrite,
  NullBytePolicy,
  RefreshPolicy,
  RemoteKey,
  ResourceMetadata,
  Rewrite,
  SourceRef,
  StatusCondition,
  StoreKind,
  StoreRef,
  SyncWindows,
  Target,
  TargetTemplate,
  TemplateFrom,
  TemplateSource,
} from './external-secret.ts';
export { clusterSecretStoreKind, secretStoreKind } from './secret-store.ts';
export type { SecretStoreObject, SecretStoreStatus, StoreCondition } from './secret-store.ts';
export { readExternalSecret } from './read-external-secret.ts';
export { readSecretStore } from './read-secret-store.ts';
export { parseGoDuration } from './go-duration.ts';
export { externalSecretProblems, secretStoreProblems } from './problems.ts';
export type { FieldProblem } from './admission.ts';
