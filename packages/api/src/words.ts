import type {
  Conversion,
  CreationPolicy,
  Decoding,
  DeletionPolicy,
  MergeRewrite,
  NullBytePolicy,
  RefreshPolicy,
  RemoteKey,
  StoreKind,
  TargetTemplate,
  TemplateSource,
} from './external-secret.ts';

/** The words that fields of external-secrets take (v1 of external-secrets v2.9), for the schemas and the readers. */
export const words: {
  readonly storeKind: readonly StoreKind[];
  readonly refreshPolicy: readonly RefreshPolicy[];
  readonly creationPolicy: readonly CreationPolicy[];
  readonly deletionPolicy: readonly DeletionPolicy[];
  readonly decoding: readonly Decoding[];
  readonly conversion: readonly Conversion[];
  readonly nullBytePolicy: readonly NullBytePolicy[];
  readonly metadataPolicy: readonly RemoteKey['metadataPolicy'][];
  readonly templateMergePolicy: readonly TargetTemplate['mergePolicy'][];
  readonly templateAs: readonly TemplateSource['items'][number]['templateAs'][];
  readonly priorityPolicy: readonly MergeRewrite['priorityPolicy'][];
  readonly conflictPolicy: readonly MergeRewrite['conflictPolicy'][];
  readonly mergeStrategy: readonly MergeRewrite['strategy'][];
} = {
  storeKind: ['SecretStore', 'ClusterSecretStore'],
  refreshPolicy: ['CreatedOnce', 'Periodic', 'OnChange'],
  creationPolicy: ['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'],
  deletionPolicy: ['Delete', 'Merge', 'Retain'],
  decoding: ['Auto', 'Base64', 'Base64URL', 'None'],
  conversion: ['Default', 'Unicode'],
  nullBytePolicy: ['Ignore', 'Fail'],
  metadataPolicy: ['None', 'Fetch'],
  templateMergePolicy: ['Replace', 'Merge'],
  templateAs: ['Values', 'KeysAndValues'],
  priorityPolicy: ['Strict', 'IgnoreNotFound'],
  conflictPolicy: ['Error', 'Ignore'],
  mergeStrategy: ['Extract', 'JSON'],
};
