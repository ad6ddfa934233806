import { fieldsOf, numberOf, optional, readMetadata, stringsOf, textOf, textsOf, withoutNulls } from './raw-fields.ts';
import type { SealedSecret, SealedSecretCondition, SealedSecretStatus, SealedSecretTemplate } from './sealed-secret.ts';

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
    ...optional('observedGeneration', numberOf(observedGeneration)),
    ...optional('conditions', Array.isArray(conditions) ? conditions.flatMap(readCondition) : undefined),
    ...(uid !== undefined && resourceVersion !== undefined && scope !== undefined
      ? { produced: { uid, resourceVersion, scope, ...(merged === true && { merged }), ...optional('keys', textsOf(keys)) } }
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
      ...optional('observedGeneration', numberOf(observedGeneration)),
    },
  ];
}
