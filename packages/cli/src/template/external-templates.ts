import type { DecodingStrategy } from '@signet/template';
import { readSecret } from '../secret/read-secret.ts';
import { templateCommandErrors } from './errors.ts';
import type { ManifestObject, PlacedText } from './manifest-object.ts';
import { textOf } from './rendered-secret.ts';

/** A template of an ExternalSecret, and where its output goes. */
export interface TargetText extends PlacedText {
  /** The object that holds the text: the ExternalSecret, or what `templateFrom` names. */
  readonly owner: ManifestObject;
  readonly scope: 'Values' | 'KeysAndValues';
  readonly target: string;
  readonly decoding: DecodingStrategy | undefined;
}

const secretTargets: ReadonlySet<string> = new Set(['data', 'annotations', 'labels']);

/**
 * The templates of `spec.target.template` in the order in which they are applied: `templateFrom`, then `data`, which wins, then
 * labels and annotations.
 *
 * @throws SIGNET_CLI_TEMPLATE_ENGINE, _SOURCE, _SOURCE_KEY, _TARGET
 */
export function externalTemplates(
  object: ManifestObject,
  sources: readonly ManifestObject[],
  options: { readonly skipMissing?: boolean } = {},
): TargetText[] {
  const template = object.part('spec', 'target', 'template');
  if (template === undefined) return [];
  const engine = template.placedText('engineVersion');
  if (engine && engine.text !== 'v2') throw templateCommandErrors.ENGINE({}, { at: object.place(engine.at, engine.field) });
  const own = (texts: readonly PlacedText[], target: string): TargetText[] =>
    texts.map((text) => ({ ...text, owner: object, scope: 'Values', target, decoding: undefined }));
  return [
    ...template
      .items('templateFrom')
      .flatMap((item) => fromItem(item, object, { sources, skipMissing: options.skipMissing === true })),
    ...own(template.texts('data'), 'Data'),
    ...own(template.texts('metadata', 'labels'), 'Labels'),
    ...own(template.texts('metadata', 'annotations'), 'Annotations'),
  ];
}

/** The objects that `templateFrom` may name, and whether one that is not among them is left out. */
interface Library {
  readonly sources: readonly ManifestObject[];
  readonly skipMissing: boolean;
}

function fromItem(item: ManifestObject, object: ManifestObject, library: Library): TargetText[] {
  const target = item.text('target') ?? 'Data';
  const isSecret = (object.text('spec', 'target', 'manifest', 'kind') ?? 'Secret') === 'Secret';
  if (isSecret && !secretTargets.has(target.toLowerCase())) {
    const at = item.placedText('target');
    throw templateCommandErrors.TARGET({ target }, { at: object.place(at?.at, at?.field) });
  }
  const decoding = decodingOf(item);
  const named = (['ConfigMap', 'Secret'] as const).flatMap((kind) => {
    const field = kind === 'ConfigMap' ? 'configMap' : 'secret';
    const from = item.part(field);
    return from ? textsOf(kind, from, library).map((one) => ({ ...one, target, decoding })) : [];
  });
  const literal = item.placedText('literal');
  if (!literal) return named;
  // A name for messages: external-secrets puts the whole text there.
  const key = literal.field.replace(/^.*\.(?=templateFrom)/, '');
  return [...named, { ...literal, key, owner: object, scope: 'KeysAndValues', target, decoding }];
}

function textsOf(
  kind: 'ConfigMap' | 'Secret',
  from: ManifestObject,
  { sources, skipMissing }: Library,
): Omit<TargetText, 'target' | 'decoding'>[] {
  const name = from.text('name') ?? '';
  const found = sources.find(
    (one) => one.kind === kind && one.name === name && (one.namespace || from.namespace) === (from.namespace || one.namespace),
  );
  if (!found && skipMissing) return [];
  if (!found) throw templateCommandErrors.SOURCE({ kind, name }, { at: from.place() });
  const texts = kind === 'Secret' ? secretTexts(found) : found.texts('data');
  return from.items('items').map((item) => {
    const key = item.text('key') ?? '';
    const text = texts.find((one) => one.key === key);
    if (!text) throw templateCommandErrors.SOURCE_KEY({ kind, name, key }, { at: item.place() });
    return { ...text, owner: found, scope: item.text('templateAs') === 'KeysAndValues' ? 'KeysAndValues' : 'Values' };
  });
}

function secretTexts(secret: ManifestObject): PlacedText[] {
  const plain = secret.texts('stringData');
  const { values } = readSecret(secret.source, secret.tree, { rules: 'kubernetes' });
  const encoded = secret.texts('data').map((one) => ({ ...one, text: textOf(values.get(one.key) ?? new Uint8Array()) ?? '' }));
  return [...plain, ...encoded];
}

function decodingOf(item: ManifestObject): DecodingStrategy | undefined {
  const text = item.text('valuesDecodingStrategy');
  return text === 'Auto' || text === 'Base64' || text === 'Base64URL' ? text : undefined;
}
