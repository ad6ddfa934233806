import { annotations as marks } from '@signet/api';
import { scopeOf } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { child, describe } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import { isLabel, isSubdomain } from '../secret/bind.ts';
import { isDataKey } from '../secret/read-secret.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkItem } from './item.ts';
import { checkSchema } from './schema.ts';

/** What is looked at, and what items are compared with. */
export interface Wanted {
  /** Size of the certificate's key. */
  readonly modulusBits?: number | undefined;
  /** Left out: every kind that is known. */
  readonly kinds?: 'external' | undefined;
}

/** Checks one SealedSecret by itself. */
export async function checkSealed(object: ManifestObject, wanted: Wanted): Promise<Finding[]> {
  const scope = scopeIn(object.tree);
  return [
    ...checkSchema(object),
    ...checkPlace(object, scope),
    ...checkScopes(object, scope),
    ...checkItems(object, wanted),
    ...(await checkTemplates(object)),
  ];
}

function textsAt(tree: Tree | undefined): Map<string, Tree> {
  return new Map(tree?.kind === 'map' ? [...tree.entries].map(([key, { value }]) => [key, value]) : []);
}

function isText(tree: Tree | undefined): tree is Tree & { readonly kind: 'scalar'; readonly value: string } {
  return tree?.kind === 'scalar' && typeof tree.value === 'string';
}

/** The scope that the annotations of a mapping with `metadata` say. */
function scopeIn(tree: Tree | undefined): Scope {
  const annotations = textsAt(child(child(tree, 'metadata'), 'annotations'));
  return scopeOf(Object.fromEntries([...annotations].flatMap(([key, value]) => (isText(value) ? [[key, value.value]] : []))));
}

const scopeMarks: readonly string[] = [marks.clusterWide, marks.namespaceWide];

function checkScopes(object: ManifestObject, scope: Scope): Finding[] {
  const template = child(child(object.tree, 'spec'), 'template');
  const own = textsAt(child(child(object.tree, 'metadata'), 'annotations'));
  const findings = scopeMarks.flatMap((annotation) => {
    const value = own.get(annotation);
    if (value === undefined || (isText(value) && value.value === 'true')) return [];
    // The value of a scope annotation is a word; a longer one may be anything.
    const found = isText(value) ? (value.value.length <= 8 ? JSON.stringify(value.value) : 'a text') : describe(value);
    return [finding('warning', checkErrors.SCOPE_VALUE({ annotation, found }), object.place(value.at, 'metadata.annotations'))];
  });
  const both = scopeMarks.map((annotation) => own.get(annotation));
  if (both.every((value) => isText(value) && value.value === 'true'))
    findings.push(finding('warning', checkErrors.SCOPE_BOTH({}), object.place(both[1]?.at)));
  const inTemplate = scopeIn(template);
  if (inTemplate !== 'strict' && inTemplate !== scope) {
    const at = child(child(template, 'metadata'), 'annotations')?.at;
    const field = 'spec.template.metadata.annotations';
    findings.push(finding('warning', checkErrors.SCOPE_TEMPLATE({ object: scope, template: inTemplate }), object.place(at, field)));
  }
  return findings;
}

function checkPlace(object: ManifestObject, scope: Scope): Finding[] {
  const { tree, name, namespace } = object;
  const findings: Finding[] = [];
  const wrong = (field: string, problem: string, at?: number): void => {
    findings.push(finding('error', checkErrors.SCHEMA({ field, problem }), object.place(at, field)));
  };
  const metadata = child(tree, 'metadata');
  if (name === '') wrong('metadata.name', 'it is missing', metadata?.at);
  else if (!isSubdomain(name)) wrong('metadata.name', 'this is not a valid Kubernetes name', child(metadata, 'name')?.at);
  if (namespace !== '' && !isLabel(namespace))
    wrong('metadata.namespace', 'this is not a valid Kubernetes name', child(metadata, 'namespace')?.at);
  if (namespace === '' && scope !== 'cluster-wide')
    findings.push(finding('note', checkErrors.NO_NAMESPACE({ scope }), object.place(metadata?.at)));
  const templateMetadata = child(child(child(tree, 'spec'), 'template'), 'metadata');
  for (const field of ['name', 'namespace'] as const) {
    const inTemplate = child(templateMetadata, field);
    const own = object[field];
    if (!isText(inTemplate) || inTemplate.value === '' || own === '' || inTemplate.value === own) continue;
    const binds = scope === 'strict' || (scope === 'namespace-wide' && field === 'namespace');
    const error = checkErrors.TEMPLATE_PLACE({ field, object: own.slice(0, 253), template: inTemplate.value.slice(0, 253) });
    findings.push(finding(binds ? 'error' : 'warning', error, object.place(inTemplate.at, `spec.template.metadata.${field}`)));
  }
  return findings;
}

function checkItems(object: ManifestObject, wanted: Wanted): Finding[] {
  const spec = child(object.tree, 'spec');
  const items = textsAt(child(spec, 'encryptedData'));
  const templates = textsAt(child(child(spec, 'template'), 'data'));
  const legacy = child(spec, 'data');
  const findings: Finding[] = [];
  if (isText(legacy)) {
    const both = items.size > 0;
    findings.push(finding(both ? 'error' : 'warning', checkErrors.LEGACY_DATA({ both }), object.place(legacy.at, 'spec.data')));
    if (!both)
      findings.push(...checkItem(object, { key: 'spec.data', item: legacy.value, at: legacy.at, field: 'spec.data' }, wanted));
  } else if (items.size === 0 && templates.size === 0) {
    findings.push(finding('warning', checkErrors.NO_ITEMS({}), object.place()));
  }
  for (const [key, item] of items) {
    const field = `spec.encryptedData.${shownKey(key)}`;
    if (!isDataKey(key)) findings.push(finding('error', checkErrors.BAD_KEY({ key: shownKey(key) }), object.place(item.at, field)));
    if (isText(item)) findings.push(...checkItem(object, { key: shownKey(key), item: item.value, at: item.at, field }, wanted));
    else {
      const problem = `must be text, not ${describe(item)}`;
      findings.push(finding('error', checkErrors.SCHEMA({ field, problem }), object.place(item.at, field)));
    }
  }
  for (const [key, template] of templates) {
    const field = `spec.template.data.${shownKey(key)}`;
    if (!isDataKey(key))
      findings.push(finding('error', checkErrors.BAD_KEY({ key: shownKey(key) }), object.place(template.at, field)));
    if (items.has(key))
      findings.push(finding('note', checkErrors.TEMPLATE_UNUSED({ key: shownKey(key) }), object.place(template.at, field)));
  }
  return findings;
}

/** Templates that do not parse. The engine is loaded only for objects that have some. */
async function checkTemplates(object: ManifestObject): Promise<Finding[]> {
  const templates = child(child(child(object.tree, 'spec'), 'template'), 'data');
  if (templates?.kind !== 'map' || ![...templates.entries.values()].every(({ value }) => isText(value))) return [];
  const sealed = textsAt(child(child(object.tree, 'spec'), 'encryptedData'));
  const { checkSealedSecret } = await import('../template/sealed-secret.ts');
  return checkSealedSecret(object).flatMap(({ template: { key, at }, error }) =>
    error && !sealed.has(key)
      ? [finding('error', checkErrors.TEMPLATE_SYNTAX({ problem: error.message }), error.at ?? object.place(at))]
      : [],
  );
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shownKey(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}
