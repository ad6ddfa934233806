import type { StoreKind } from './external-secret.ts';
import { parseGoDuration } from './go-duration.ts';
import { fieldsOf, itemsOf, numberOf, optional, readMetadata, stringsOf, textOf, textsOf, withoutNulls } from './raw-fields.ts';
import { readCommonStatus } from './read-status.ts';
import type { SecretStoreObject, SecretStoreStatus, StoreCondition } from './secret-store.ts';

/**
 * Reads a SecretStore or ClusterSecretStore out of raw JSON, of `v1` or `v1beta1`: null means absent, what has the wrong type is absent too, and nothing
 * throws. `spec.provider` stays as it was written. What makes a store unfit for use is told by `secretStoreProblems` and by its provider.
 */
export function readSecretStore(object: unknown): SecretStoreObject {
  const raw = fieldsOf(object) ?? {};
  const metadata = readMetadata(raw['metadata']);
  const status = readStatus(raw['status']);
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: storeKindOf(raw['kind'], metadata.namespace),
    metadata,
    spec: readSpec(raw['spec']),
    ...(status && { status }),
  };
}

/** Objects of a list may come without their kind; only what is cluster-scoped has no namespace. */
function storeKindOf(kind: unknown, namespace: string): StoreKind {
  if (kind === 'SecretStore' || kind === 'ClusterSecretStore') return kind;
  return namespace === '' ? 'ClusterSecretStore' : 'SecretStore';
}

function readSpec(value: unknown): SecretStoreObject['spec'] {
  const raw = fieldsOf(value) ?? {};
  const retry = fieldsOf(raw['retrySettings']);
  const refreshIntervalMs = readStoreInterval(raw['refreshInterval']);
  return {
    controller: textOf(raw['controller']) ?? '',
    provider: withoutNulls(fieldsOf(raw['provider']) ?? {}),
    ...(retry && {
      retrySettings: {
        ...optional('maxRetries', numberOf(retry['maxRetries'])),
        ...optional('retryIntervalMs', parseGoDuration(textOf(retry['retryInterval']) ?? '')),
      },
    }),
    ...(refreshIntervalMs !== undefined && refreshIntervalMs > 0 && { refreshIntervalMs }),
    conditions: itemsOf(raw['conditions']).map(readCondition),
  };
}

/** `refreshInterval` of a store: seconds as a number, or a Go duration. @returns milliseconds; undefined when it is neither */
export function readStoreInterval(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : parseGoDuration(textOf(value) ?? '');
}

function readCondition(value: unknown): StoreCondition {
  const raw = fieldsOf(value) ?? {};
  const selector = fieldsOf(raw['namespaceSelector']);
  return {
    ...(selector && { namespaceSelector: readSelector(selector) }),
    namespaces: textsOf(raw['namespaces']) ?? [],
    namespaceRegexes: textsOf(raw['namespaceRegexes']) ?? [],
  };
}

function readSelector(raw: Readonly<Record<string, unknown>>): NonNullable<StoreCondition['namespaceSelector']> {
  const expressions = Array.isArray(raw['matchExpressions']) ? raw['matchExpressions'] : undefined;
  return {
    ...optional('matchLabels', stringsOf(raw['matchLabels'])),
    ...(expressions && {
      matchExpressions: expressions.map((entry) => {
        const expression = fieldsOf(entry) ?? {};
        return {
          key: textOf(expression['key']) ?? '',
          operator: textOf(expression['operator']) ?? '',
          ...optional('values', textsOf(expression['values'])),
        };
      }),
    }),
  };
}

function readStatus(value: unknown): SecretStoreStatus | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const { capabilities, ...rest } = raw;
  return { ...readCommonStatus(rest), ...optional('capabilities', textOf(capabilities)) };
}
