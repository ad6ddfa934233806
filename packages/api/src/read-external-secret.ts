import type {
  DataFrom,
  DataItem,
  ExternalSecret,
  ExternalSecretSpec,
  ExternalSecretStatus,
  Find,
  GeneratorRef,
  RemoteKey,
  Rewrite,
  SourceRef,
  StoreRef,
  SyncWindows,
  Target,
} from './external-secret.ts';
import { parseGoDuration } from './go-duration.ts';
import { fieldsOf, fullTextOf, itemsOf, optional, readMetadata, stringsOf, textOf, textsOf, wordOf } from './raw-fields.ts';
import { readCommonStatus } from './read-status.ts';
import { readTargetTemplate } from './read-target-template.ts';
import { words } from './words.ts';

const hourMs = 3_600_000;

/**
 * Reads an ExternalSecret out of raw JSON, of `v1` or `v1beta1`, with the defaults of external-secrets v2.9 filled in: null means absent, what has
 * the wrong type is absent too, and nothing throws. Items of `data` and `dataFrom` keep their position, whatever they hold, so that messages can name
 * it; what makes an object unfit for use is told by `externalSecretProblems`.
 *
 * @example readExternalSecret(JSON.parse(text)).spec.refreshIntervalMs
 */
export function readExternalSecret(object: unknown): ExternalSecret {
  const raw = fieldsOf(object) ?? {};
  const metadata = readMetadata(raw['metadata']);
  const status = readStatus(raw['status']);
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: readSpec(raw['spec'], metadata.name),
    ...(status && { status }),
  };
}

function readSpec(value: unknown, name: string): ExternalSecretSpec {
  const raw = fieldsOf(value) ?? {};
  const store = readStoreRef(raw['secretStoreRef']);
  const windows = readSyncWindows(raw['syncWindows']);
  return {
    ...(store && store.name !== '' && { secretStoreRef: store }),
    refreshPolicy: wordOf(raw['refreshPolicy'], words.refreshPolicy, 'Periodic'),
    refreshIntervalMs: parseGoDuration(textOf(raw['refreshInterval']) ?? '') ?? hourMs,
    ...(windows && { syncWindows: windows }),
    target: readTarget(raw['target'], name),
    data: itemsOf(raw['data']).map(readDataItem),
    dataFrom: itemsOf(raw['dataFrom']).map(readDataFrom),
  };
}

function readStoreRef(value: unknown): StoreRef | undefined {
  const raw = fieldsOf(value);
  return raw && { kind: wordOf(raw['kind'], words.storeKind, 'SecretStore'), name: textOf(raw['name']) ?? '' };
}

function readGeneratorRef(value: unknown): GeneratorRef | undefined {
  const raw = fieldsOf(value);
  return (
    raw && {
      apiVersion: fullTextOf(raw['apiVersion']) ?? 'generators.external-secrets.io/v1alpha1',
      kind: textOf(raw['kind']) ?? '',
      name: textOf(raw['name']) ?? '',
    }
  );
}

function readSourceRef(value: unknown): SourceRef | undefined {
  const raw = fieldsOf(value);
  return (
    raw && {
      ...optional('storeRef', readStoreRef(raw['storeRef'])),
      ...optional('generatorRef', readGeneratorRef(raw['generatorRef'])),
    }
  );
}

function readSyncWindows(value: unknown): SyncWindows | undefined {
  const raw = fieldsOf(value);
  return (
    raw && {
      kind: textOf(raw['kind']) ?? '',
      windows: itemsOf(raw['windows']).map((entry) => {
        const window = fieldsOf(entry) ?? {};
        return { schedule: textOf(window['schedule']) ?? '', duration: textOf(window['duration']) ?? '' };
      }),
    }
  );
}

function readTarget(value: unknown, name: string): Target {
  const raw = fieldsOf(value) ?? {};
  const manifest = fieldsOf(raw['manifest']);
  return {
    name: fullTextOf(raw['name']) ?? name,
    creationPolicy: wordOf(raw['creationPolicy'], words.creationPolicy, 'Owner'),
    deletionPolicy: wordOf(raw['deletionPolicy'], words.deletionPolicy, 'Retain'),
    immutable: raw['immutable'] === true,
    ...(manifest && {
      manifest: { apiVersion: textOf(manifest['apiVersion']) ?? '', kind: textOf(manifest['kind']) ?? '' },
    }),
    ...optional('template', readTargetTemplate(raw['template'])),
  };
}

function readStrategies(
  raw: Readonly<Record<string, unknown>>,
): Pick<Find, 'decodingStrategy' | 'conversionStrategy' | 'nullBytePolicy'> {
  return {
    decodingStrategy: wordOf(raw['decodingStrategy'], words.decoding, 'None'),
    conversionStrategy: wordOf(raw['conversionStrategy'], words.conversion, 'Default'),
    nullBytePolicy: wordOf(raw['nullBytePolicy'], words.nullBytePolicy, 'Ignore'),
  };
}

function readRemoteKey(value: unknown): RemoteKey {
  const raw = fieldsOf(value) ?? {};
  return {
    key: textOf(raw['key']) ?? '',
    ...optional('property', fullTextOf(raw['property'])),
    ...optional('version', fullTextOf(raw['version'])),
    metadataPolicy: wordOf(raw['metadataPolicy'], words.metadataPolicy, 'None'),
    ...readStrategies(raw),
  };
}

function readDataItem(value: unknown): DataItem {
  const raw = fieldsOf(value) ?? {};
  return {
    secretKey: textOf(raw['secretKey']) ?? '',
    remoteRef: readRemoteKey(raw['remoteRef']),
    ...optional('sourceRef', readSourceRef(raw['sourceRef'])),
  };
}

function readDataFrom(value: unknown): DataFrom {
  const raw = fieldsOf(value) ?? {};
  return {
    ...(fieldsOf(raw['extract']) && { extract: readRemoteKey(raw['extract']) }),
    ...optional('find', readFind(raw['find'])),
    rewrite: itemsOf(raw['rewrite']).map(readRewrite),
    ...optional('sourceRef', readSourceRef(raw['sourceRef'])),
  };
}

function readFind(value: unknown): Find | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const regexp = fullTextOf(fieldsOf(raw['name'])?.['regexp']);
  return {
    ...optional('path', fullTextOf(raw['path'])),
    ...(regexp !== undefined && { name: { regexp } }),
    ...optional('tags', stringsOf(raw['tags'])),
    ...readStrategies(raw),
  };
}

function readRewrite(value: unknown): Rewrite {
  const raw = fieldsOf(value) ?? {};
  const regexp = fieldsOf(raw['regexp']);
  const transform = fieldsOf(raw['transform']);
  const merge = fieldsOf(raw['merge']);
  return {
    ...(regexp && { regexp: { source: textOf(regexp['source']) ?? '', target: textOf(regexp['target']) ?? '' } }),
    ...(transform && { transform: { template: textOf(transform['template']) ?? '' } }),
    ...(merge && {
      merge: {
        into: textOf(merge['into']) ?? '',
        priority: textsOf(merge['priority']) ?? [],
        priorityPolicy: wordOf(merge['priorityPolicy'], words.priorityPolicy, 'Strict'),
        conflictPolicy: wordOf(merge['conflictPolicy'], words.conflictPolicy, 'Error'),
        strategy: wordOf(merge['strategy'], words.mergeStrategy, 'Extract'),
      },
    }),
  };
}

function readStatus(value: unknown): ExternalSecretStatus | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const { refreshTime, syncedResourceVersion, binding, nextRefreshTime, produced, ...rest } = raw;
  const bound = textOf(fieldsOf(binding)?.['name']);
  const uid = textOf(fieldsOf(produced)?.['uid']);
  const resourceVersion = textOf(fieldsOf(produced)?.['resourceVersion']);
  return {
    ...readCommonStatus(rest),
    ...optional('refreshTime', textOf(refreshTime)),
    ...optional('syncedResourceVersion', textOf(syncedResourceVersion)),
    ...(bound !== undefined && { binding: { name: bound } }),
    ...optional('nextRefreshTime', textOf(nextRefreshTime)),
    ...(uid !== undefined && resourceVersion !== undefined && { produced: { uid, resourceVersion } }),
  };
}
