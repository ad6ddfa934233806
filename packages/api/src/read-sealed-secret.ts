import type {
  SealedSecret,
  SealedSecretCondition,
  SealedSecretMetadata,
  SealedSecretStatus,
  SealedSecretTemplate,
} from './sealed-secret.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a SealedSecret out of raw JSON, as leniently as the API allows: null means absent, an entry of the wrong type is left
 * out, and nothing throws. One broken object, or one broken item of it, therefore never hides the others (sealed-secrets #505).
 * Items left out of `spec.encryptedData` are named by {@link brokenItems}.
 *
 * @example readSealedSecret(JSON.parse(text)).spec.encryptedData['password']
 */
export function readSealedSecret(object: unknown): SealedSecret {
  const raw = fieldsOf(object) ?? {};
  const spec = fieldsOf(raw['spec']) ?? {};
  const template = readTemplate(spec['template']);
  const status = readStatus(raw['status']);
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: readMetadata(raw['metadata']),
    spec: {
      encryptedData: stringsOf(spec['encryptedData']) ?? {},
      ...(template && { template }),
      ...(typeof spec['data'] === 'string' && { data: spec['data'] }),
    },
    ...(status && { status }),
  };
}

/** Names of the items whose value is not a string, sorted. They can never open, so their object must not count as unsealed. */
export function brokenItems(object: unknown): readonly string[] {
  const items = fieldsOf(fieldsOf(fieldsOf(object)?.['spec'])?.['encryptedData']) ?? {};
  return Object.keys(items)
    .filter((key) => typeof items[key] !== 'string')
    .toSorted();
}

function readMetadata(value: unknown): SealedSecretMetadata {
  const { name, namespace, labels, annotations, uid, resourceVersion, generation, ...rest } = fieldsOf(value) ?? {};
  return {
    ...withoutNulls(rest),
    name: textOf(name) ?? '',
    namespace: textOf(namespace) ?? '',
    ...optional('uid', textOf(uid)),
    ...optional('resourceVersion', textOf(resourceVersion)),
    ...optional('generation', typeof generation === 'number' ? generation : undefined),
    ...optional('labels', stringsOf(labels)),
    ...optional('annotations', stringsOf(annotations)),
  };
}

function readTemplate(value: unknown): SealedSecretTemplate | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const { metadata, type, immutable, data, ...rest } = raw;
  return {
    ...withoutNulls(rest),
    ...optional('metadata', readTemplateMetadata(metadata)),
    ...optional('type', textOf(type)),
    ...optional('immutable', typeof immutable === 'boolean' ? immutable : undefined),
    ...optional('data', stringsOf(data)),
  };
}

function readTemplateMetadata(value: unknown): SealedSecretTemplate['metadata'] {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const { labels, annotations, ...rest } = raw;
  return { ...withoutNulls(rest), ...optional('labels', stringsOf(labels)), ...optional('annotations', stringsOf(annotations)) };
}

function readStatus(value: unknown): SealedSecretStatus | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const { observedGeneration, conditions, produced, ...rest } = raw;
  const mark = fieldsOf(produced) ?? {};
  const uid = textOf(mark['uid']);
  const resourceVersion = textOf(mark['resourceVersion']);
  const scope = textOf(mark['scope']);
  const { merged, keys } = mark;
  return {
    ...withoutNulls(rest),
    ...optional('observedGeneration', typeof observedGeneration === 'number' ? observedGeneration : undefined),
    ...optional('conditions', Array.isArray(conditions) ? conditions.flatMap(readCondition) : undefined),
    ...(uid !== undefined && resourceVersion !== undefined && scope !== undefined
      ? { produced: { uid, resourceVersion, scope, ...(merged === true && { merged }), ...optional('keys', listOf(keys)) } }
      : {}),
  };
}

function readCondition(value: unknown): SealedSecretCondition[] {
  const raw = fieldsOf(value);
  const type = textOf(raw?.['type']);
  const status = raw?.['status'];
  if (!raw || type === undefined || (status !== 'True' && status !== 'False' && status !== 'Unknown')) return [];
  const { lastUpdateTime, lastTransitionTime, reason, message, observedGeneration } = raw;
  return [
    {
      type,
      status,
      ...optional('lastUpdateTime', textOf(lastUpdateTime)),
      ...optional('lastTransitionTime', textOf(lastTransitionTime)),
      ...optional('reason', textOf(reason)),
      ...optional('message', textOf(message)),
      ...optional('observedGeneration', typeof observedGeneration === 'number' ? observedGeneration : undefined),
    },
  ];
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list; undefined when it is none. */
function listOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : undefined;
}

/** The string entries of a map. `fromEntries` defines properties, so a key `__proto__` stays a key. */
function stringsOf(value: unknown): Record<string, string> | undefined {
  const raw = fieldsOf(value);
  return raw && Object.fromEntries(Object.entries(raw).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function withoutNulls(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
