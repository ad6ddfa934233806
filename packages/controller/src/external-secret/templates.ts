import type { ExternalSecret, TargetTemplate, TemplateFrom, TemplateSource } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import type { DecodingStrategy } from '@signet/template';
import { controllerErrors } from '../errors.ts';

/** Texts of templates that are rendered together, and what their output is for. */
export interface TemplateGroup {
  /** Where they stand, for errors: `spec.target.template.templateFrom[0].configMap.items[1]`. */
  readonly field: string;
  readonly scope: 'Values' | 'KeysAndValues';
  /** `Data`, `Labels` or `Annotations` in any case; for other kinds than a Secret also `Spec` or a path. */
  readonly target: string;
  readonly decodingStrategy: DecodingStrategy;
  /** By key of the output; for KeysAndValues the key is a name for errors. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The parts of a Secret that templates make. Data is base64. */
export interface RenderedParts {
  readonly data: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

const parts: Readonly<Record<string, keyof RenderedParts>> = { data: 'data', labels: 'labels', annotations: 'annotations' };

/** The part of a Secret that a template's target names, in any case; undefined: a Secret has no such part. */
export function partOf(target: string): keyof RenderedParts | undefined {
  const name = target.toLowerCase();
  return Object.hasOwn(parts, name) ? parts[name] : undefined;
}

/** Reads a ConfigMap or a Secret of the ExternalSecret's own namespace, whole; undefined: there is none. */
export type ReadTemplateSource = (kind: 'ConfigMap' | 'Secret', name: string) => Promise<KubeObject | undefined>;

const root = 'spec.target.template';
/** Templates that `templateFrom` may bring: each can be an object to read. */
const maxTemplates = 500;

/** Names of the objects that the templates of an ExternalSecret stand in: when one of them changes, so does the Secret. */
export function templateSourcesOf(es: ExternalSecret): readonly { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string }[] {
  return (es.spec.target.template?.templateFrom ?? []).flatMap(({ configMap, secret }) => [
    ...(configMap ? [{ kind: 'ConfigMap' as const, name: configMap.name }] : []),
    ...(secret ? [{ kind: 'Secret' as const, name: secret.name }] : []),
  ]);
}

/**
 * All templates of an ExternalSecret in the order they are rendered, later ones winning: `templateFrom` (configMap, secret, literal of each
 * entry), `data`, `metadata.labels`, `metadata.annotations`. Each object is read once.
 *
 * @throws TEMPLATE_MISSING for an object or a key that is not there, TEMPLATE_ENGINE, TEMPLATES_LIMIT
 */
export async function resolveTemplates(es: ExternalSecret, read: ReadTemplateSource): Promise<readonly TemplateGroup[]> {
  const { template } = es.spec.target;
  if (!template) return [];
  if (template.engineVersion !== 'v2') throw controllerErrors.TEMPLATE_ENGINE({ version: template.engineVersion });
  const count = template.templateFrom.reduce((sum, entry) => sum + countOf(entry), 0);
  if (count > maxTemplates) throw controllerErrors.TEMPLATES_LIMIT({ count, allowed: maxTemplates });
  const known = new Map<string, Promise<KubeObject | undefined>>();
  const readOnce: ReadTemplateSource = async (kind, name) => {
    const id = `${kind}/${name}`;
    const reading = known.get(id) ?? read(kind, name);
    known.set(id, reading);
    return reading;
  };
  const groups: TemplateGroup[] = [];
  for (const [index, entry] of template.templateFrom.entries()) {
    // One after the other: the first that is missing is the one that is told of.
    groups.push(...(await groupsOf(entry, `${root}.templateFrom[${index}]`, readOnce)));
  }
  return [...groups, ...ownGroups(template)].filter(({ texts }) => Object.keys(texts).length > 0);
}

function countOf({ configMap, secret }: TemplateFrom): number {
  return 1 + (configMap?.items.length ?? 0) + (secret?.items.length ?? 0);
}

function ownGroups({ data, metadata }: TargetTemplate): TemplateGroup[] {
  const values = { scope: 'Values', decodingStrategy: 'None' } as const;
  return [
    { ...values, field: `${root}.data`, target: 'Data', texts: data },
    { ...values, field: `${root}.metadata.labels`, target: 'Labels', texts: metadata.labels },
    { ...values, field: `${root}.metadata.annotations`, target: 'Annotations', texts: metadata.annotations },
  ];
}

async function groupsOf(entry: TemplateFrom, field: string, read: ReadTemplateSource): Promise<TemplateGroup[]> {
  const { configMap, secret, literal, target, valuesDecodingStrategy: decodingStrategy } = entry;
  const common = { target, decodingStrategy };
  const groups: TemplateGroup[] = [];
  const sources = [
    ['ConfigMap', configMap, 'configMap'],
    ['Secret', secret, 'secret'],
  ] as const;
  for (const [kind, source, word] of sources) {
    if (!source) continue;
    const texts = await textsOf(kind, source, `${field}.${word}`, read);
    for (const { at, key, scope, text } of texts) groups.push({ ...common, field: at, scope, texts: { [key]: text } });
  }
  if (literal !== undefined) {
    groups.push({ ...common, field: `${field}.literal`, scope: 'KeysAndValues', texts: { literal } });
  }
  return groups;
}

interface SourceText {
  readonly at: string;
  readonly key: string;
  readonly scope: 'Values' | 'KeysAndValues';
  readonly text: string;
}

async function textsOf(
  kind: 'ConfigMap' | 'Secret',
  { name, items }: TemplateSource,
  field: string,
  read: ReadTemplateSource,
): Promise<SourceText[]> {
  const object = await read(kind, name);
  if (!object) throw controllerErrors.TEMPLATE_MISSING({ field, object: `${kind} "${name}"` });
  const data: unknown = object['data'];
  return items.map(({ key, templateAs: scope }, index) => {
    const at = `${field}.items[${index}]`;
    const text: unknown =
      typeof data === 'object' && data !== null && Object.hasOwn(data, key) ? (data as Record<string, unknown>)[key] : undefined;
    if (typeof text !== 'string') throw controllerErrors.TEMPLATE_MISSING({ field: at, object: `${kind} "${name}"`, key });
    return { at, key, scope, text: kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text };
  });
}
