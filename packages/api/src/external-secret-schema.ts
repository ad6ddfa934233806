import { z } from 'zod';
import { ruled } from './admission.ts';
import { dataKey, durationText, objectName, observedGeneration, statusCondition, textMap } from './fields-schema.ts';
import { targetSchema } from './target-schema.ts';
import { words } from './words.ts';

/** Kinds of generators that external-secrets v2.9 names. The object is admitted; whether we have such a generator is told by the status. */
const generatorKinds = [
  'ACRAccessToken',
  'BeyondtrustWorkloadCredentialsDynamicSecret',
  'ClusterGenerator',
  'CloudsmithAccessToken',
  'ECRAuthorizationToken',
  'Fake',
  'GCRAccessToken',
  'GithubAccessToken',
  'GitlabDeployToken',
  'QuayAccessToken',
  'Password',
  'SSHKey',
  'STSSessionToken',
  'UUID',
  'VaultDynamicSecret',
  'Webhook',
  'Grafana',
  'MFA',
] as const;

const storeRef = z.looseObject({
  name: objectName.optional().meta({ description: 'Name of the store.' }),
  kind: z
    .enum(words.storeKind)
    .optional()
    .meta({ description: 'SecretStore unless given: a store in the namespace of the ExternalSecret.' }),
});

const generatorRef = z.looseObject({
  apiVersion: z.string().default('generators.external-secrets.io/v1alpha1'),
  kind: z.enum(generatorKinds).meta({ description: 'Kind of the generator.' }),
  name: objectName.meta({ description: 'Name of the generator.' }),
});

const sourceRef = ruled(
  z.looseObject({
    storeRef: storeRef.optional().meta({ description: 'Another store than that of the ExternalSecret.' }),
    generatorRef: generatorRef.optional().meta({ description: 'A generator, for dataFrom.' }),
  }),
  {
    cel: 'has(self.storeRef) != has(self.generatorRef)',
    message: 'needs exactly one of storeRef and generatorRef',
    keeps: ({ storeRef, generatorRef }) => (storeRef === undefined) !== (generatorRef === undefined),
  },
);

const decoding = {
  decodingStrategy: z.enum(words.decoding).optional().meta({ description: 'How the value is decoded; None unless given.' }),
  conversionStrategy: z
    .enum(words.conversion)
    .optional()
    .meta({ description: 'How keys that a Secret cannot have are converted; Default unless given.' }),
  nullBytePolicy: z
    .enum(words.nullBytePolicy)
    .optional()
    .meta({ description: 'Whether a value may hold a zero byte; Ignore unless given.' }),
};

const remoteKey = z.looseObject({
  key: z.string().meta({ description: 'Name or path of the secret at the provider.' }),
  property: z.string().optional().meta({ description: 'One property of a value that is an object.' }),
  version: z.string().optional().meta({ description: 'Version of the secret, as the provider counts.' }),
  metadataPolicy: z.enum(words.metadataPolicy).optional().meta({ description: 'Fetch: the metadata instead of the value.' }),
  ...decoding,
});

const dataItem = z.looseObject({
  secretKey: dataKey.meta({ description: 'Key of the value in the Secret, and in templates.' }),
  remoteRef: remoteKey.meta({ description: 'Where the value is at the provider.' }),
  sourceRef: sourceRef.optional().meta({ description: 'Another source than the store of the ExternalSecret.' }),
});

const find = z.looseObject({
  path: z.string().optional().meta({ description: 'Where to look.' }),
  name: z
    .looseObject({ regexp: z.string().optional() })
    .optional()
    .meta({ description: 'Names to look for, by regular expression (RE2).' }),
  tags: textMap.optional().meta({ description: 'Tags to look for.' }),
  ...decoding,
});

const merge = z.looseObject({
  into: z.string().default('').meta({ description: 'Key for the merged object; needed by strategy JSON.' }),
  priority: z.array(z.string()).optional().meta({ description: 'Keys that win over others, the last one most.' }),
  priorityPolicy: z.enum(words.priorityPolicy).default('Strict').meta({ description: 'Whether keys in priority have to exist.' }),
  conflictPolicy: z.enum(words.conflictPolicy).default('Error').meta({ description: 'Whether two values may have one key.' }),
  strategy: z
    .enum(words.mergeStrategy)
    .default('Extract')
    .meta({ description: 'Extract: the merged keys are the result. JSON: they go below one key.' }),
});

const rewrite = ruled(
  z.looseObject({
    regexp: z
      .looseObject({ source: z.string(), target: z.string() })
      .optional()
      .meta({ description: 'Replaces what a regular expression (RE2) matches in keys.' }),
    transform: z
      .looseObject({ template: z.string() })
      .optional()
      .meta({ description: 'A template that gives the new key; .value is the key.' }),
    merge: merge.optional().meta({ description: 'Merges values that are JSON objects.' }),
  }),
  {
    cel: 'has(self.regexp) ? !has(self.transform) && !has(self.merge) : has(self.transform) != has(self.merge)',
    message: 'needs exactly one of regexp, transform and merge',
    keeps: ({ regexp, transform, merge }) => countGiven(regexp, transform, merge) === 1,
  },
);

const dataFrom = ruled(
  z.looseObject({
    extract: remoteKey.optional().meta({ description: 'All keys of one secret.' }),
    find: find.optional().meta({ description: 'All secrets that match.' }),
    rewrite: z.array(rewrite).max(200).optional().meta({ description: 'Changes of keys, one after the other.' }),
    sourceRef: sourceRef.optional().meta({ description: 'Another store for extract or find, or a generator in their place.' }),
  }),
  {
    cel: 'has(self.extract) ? !has(self.find) && !(has(self.sourceRef) && has(self.sourceRef.generatorRef)) : has(self.find) != (has(self.sourceRef) && has(self.sourceRef.generatorRef))',
    message: 'needs exactly one of extract, find and sourceRef.generatorRef',
    keeps: ({ extract, find, sourceRef }) => countGiven(extract, find, sourceRef?.generatorRef) === 1,
  },
);

const syncWindows = z.looseObject({
  kind: z.enum(['allow', 'deny']).meta({ description: 'Whether refreshes happen only in the windows, or only outside.' }),
  windows: z
    .array(
      z.looseObject({
        schedule: z.string().min(1).meta({ description: 'When a window opens: cron, in UTC.' }),
        duration: z.string().min(1).meta({ description: 'How long it is open, such as 8h.' }),
      }),
    )
    .min(1),
});

const spec = ruled(
  z.looseObject({
    secretStoreRef: storeRef.optional().meta({ description: 'The store of all items that name no other.' }),
    refreshPolicy: z
      .enum(words.refreshPolicy)
      .optional()
      .meta({ description: 'When values are fetched again; Periodic unless given.' }),
    refreshInterval: durationText
      .default('1h0m0s')
      .meta({ description: 'Time between two fetches, such as 1h30m. Zero: fetched once.' }),
    syncWindows: syncWindows.optional().meta({ description: 'When periodic refreshes may happen.' }),
    target: targetSchema
      .prefault({ creationPolicy: 'Owner', deletionPolicy: 'Retain' })
      .meta({ description: 'The Secret to be made.' }),
    data: z.array(dataItem).max(5000).optional().meta({ description: 'One value each. They win over dataFrom.' }),
    dataFrom: z.array(dataFrom).max(1000).optional().meta({ description: 'Many values each; later ones win.' }),
  }),
  {
    cel: '(has(self.data) && size(self.data) > 0) || (has(self.dataFrom) && size(self.dataFrom) > 0)',
    message: 'needs an entry in data or dataFrom',
    keeps: ({ data, dataFrom }) => (data?.length ?? 0) + (dataFrom?.length ?? 0) > 0,
  },
  {
    cel: "!has(self.data) || self.target.deletionPolicy != 'Retain' || self.data.transformMapEntry(i, item, {item.secretKey: i}).size() >= 0",
    message: 'two entries of data have the same secretKey; that needs a deletionPolicy other than Retain',
    keeps: ({ data, target }) =>
      (target as { deletionPolicy: string }).deletionPolicy !== 'Retain' ||
      new Set(data?.map(({ secretKey }) => secretKey)).size === (data?.length ?? 0),
  },
);

const status = z.looseObject({
  refreshTime: z
    .string()
    .nullable()
    .optional()
    .meta({ format: 'date-time', description: 'When the last successful refresh began.' }),
  syncedResourceVersion: z.string().optional().meta({ description: 'Generation, labels and annotations that were last synced.' }),
  conditions: z.array(statusCondition).optional(),
  binding: z
    .looseObject({ name: z.string().default('') })
    .optional()
    .meta({ 'x-kubernetes-map-type': 'atomic', description: 'The Secret, for servicebinding.io.' }),
  observedGeneration,
  nextRefreshTime: z.string().optional().meta({ format: 'date-time', description: 'When it will be refreshed next.' }),
  produced: z
    .looseObject({
      uid: z.string().meta({ description: 'UID of the Secret last brought into agreement.' }),
      resourceVersion: z.string().meta({ description: 'Its resourceVersion right then.' }),
    })
    .optional()
    .meta({ description: 'The Secret this object produced.' }),
});

/** Schema of `spec` and `status` of an ExternalSecret, `v1` and `v1beta1` alike: what one version holds, the other shows. */
export const externalSecretSchema: z.ZodType = z
  .looseObject({
    spec,
    status: status.optional().meta({ description: 'What the controller last saw and did.' }),
  })
  .meta({ description: 'A Secret whose values are fetched from stores and generators.' });

function countGiven(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}
