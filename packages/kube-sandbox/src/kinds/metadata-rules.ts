import { fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import type { KindDefinition } from './definition.ts';
import { labelValueFaults, nameFaults, qualifiedNameFaults } from './names.ts';
import type { NameRule } from './names.ts';
import type { KubeObject, ObjectMeta } from './object.ts';

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const annotationsLimit = 256 * 1024;

/** Checks `metadata` of a new or changed object against the rules every kind shares. */
export function metadataProblems(object: KubeObject, kind: KindDefinition, rule: NameRule): FieldError[] {
  const meta = object.metadata;
  const problems: FieldError[] = [];
  const path = (field: string): string => `metadata.${field}`;

  if (meta.generateName) {
    // A dash at the end of a prefix is fine: more will follow.
    const masked = meta.generateName.replace(/(?<=.)-$/, 'a');
    for (const words of nameFaults(masked, rule)) problems.push(fieldError.invalid(path('generateName'), meta.generateName, words));
  }
  if (!meta.name) problems.push(fieldError.required(path('name'), 'name or generateName is required'));
  else for (const words of nameFaults(meta.name, rule)) problems.push(fieldError.invalid(path('name'), meta.name, words));
  if (kind.namespaced && meta.namespace) {
    for (const words of nameFaults(meta.namespace, 'label'))
      problems.push(fieldError.invalid(path('namespace'), meta.namespace, words));
  }
  problems.push(...labelProblems(meta));
  let size = 0;
  for (const [key, value] of Object.entries(meta.annotations ?? {})) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
    for (const words of qualifiedNameFaults(key.toLowerCase())) problems.push(fieldError.invalid(path('annotations'), key, words));
  }
  if (size > annotationsLimit) problems.push(fieldError.tooLong(path('annotations'), annotationsLimit));
  problems.push(...ownerProblems(meta));
  const finalizers = meta.finalizers ?? [];
  for (const [index, finalizer] of finalizers.entries()) {
    const field = `metadata.finalizers[${index}]`;
    for (const words of qualifiedNameFaults(finalizer)) problems.push(fieldError.invalid(path('finalizers'), finalizer, words));
    if (!kind.custom && !finalizer.includes('/') && !standardFinalizers.has(finalizer)) {
      const words = 'name is neither a standard finalizer name nor is it fully qualified';
      problems.push(fieldError.invalid(field, finalizer, words));
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const words = 'finalizer "orphan" and "foregroundDeletion" cannot be both set';
    problems.push(fieldError.invalid(path('finalizers'), finalizers, words.replace(/"/g, '')));
  }
  return problems;
}

function labelProblems(meta: ObjectMeta): FieldError[] {
  const problems: FieldError[] = [];
  for (const [key, value] of Object.entries(meta.labels ?? {})) {
    for (const words of qualifiedNameFaults(key)) problems.push(fieldError.invalid('metadata.labels', key, words));
    for (const words of labelValueFaults(value)) problems.push(fieldError.invalid('metadata.labels', value, words));
  }
  return problems;
}

function ownerProblems(meta: ObjectMeta): FieldError[] {
  const problems: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of meta.ownerReferences ?? []) {
    const path = 'metadata.ownerReferences';
    if (!owner.apiVersion)
      problems.push(fieldError.invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) problems.push(fieldError.invalid(`${path}.kind`, owner.kind ?? '', 'must not be empty'));
    if (!owner.name) problems.push(fieldError.invalid(`${path}.name`, owner.name ?? '', 'must not be empty'));
    if (!owner.uid) problems.push(fieldError.invalid(`${path}.uid`, owner.uid ?? '', 'must not be empty'));
    if (owner.controller !== true) continue;
    if (controller !== undefined) {
      const words = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`;
      problems.push(fieldError.invalid('metadata.ownerReferences', meta.ownerReferences, words));
    }
    controller = owner.name;
  }
  return problems;
}

/** Checks what an update did to `metadata`. Fields the server owns were already restored from `old`. */
export function metadataUpdateProblems(object: KubeObject, old: KubeObject): FieldError[] {
  const problems: FieldError[] = [];
  const immutable = 'field is immutable';
  if (object.metadata.name !== old.metadata.name)
    problems.push(fieldError.invalid('metadata.name', object.metadata.name, immutable));
  if (object.metadata.namespace !== old.metadata.namespace) {
    problems.push(fieldError.invalid('metadata.namespace', object.metadata.namespace, immutable));
  }
  if (object.metadata.uid !== old.metadata.uid) problems.push(fieldError.invalid('metadata.uid', object.metadata.uid, immutable));
  if (old.metadata.deletionTimestamp !== undefined) {
    const added = (object.metadata.finalizers ?? []).filter((finalizer) => !(old.metadata.finalizers ?? []).includes(finalizer));
    if (added.length > 0) {
      const list = added.map((finalizer) => `"${finalizer}"`).join(', ');
      problems.push(
        fieldError.forbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
        ),
      );
    }
  }
  return problems;
}
