import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from '../kinds/object.ts';
import { equal, isObject } from '../schema/json.ts';
import { badRequest, Rejection } from '../schema/rejection.ts';
import { checkTyped } from './check-typed.ts';
import { ApplyConflict } from './conflict.ts';
import { difference, emptySet, isEmpty, setOf, union } from './field-set.ts';
import { fieldsLastApplied, kubectlManager, withLastApplied } from './last-applied.ts';
import { capUpdaters, idOf, type Managed, type Managers, readManagers, withoutIdle, writeManagers } from './managers.ts';
import { type Applied, type Rules, transferByApply, transferByUpdate } from './transfer.ts';
import { typeNode } from './type-node.ts';

/** A write, as far as ownership is concerned. */
export interface Write {
  readonly definition: KindDefinition;
  /** `fieldManager` of the request, or what stands before the first `/` of its user agent. */
  readonly manager: string;
  /** `status`, ... when the write goes to a subresource. */
  readonly subresource?: string;
  readonly now: Date;
}

// Identity and bookkeeping belong to nobody.
const unowned = setOf([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
]);

/** The name under which a write is computed before it is known whether it changes anything. */
const currentOperation = 'current-operation';

/**
 * Tracks a write that is no apply (create, update, patch): returns `next` with the new `managedFields`. Managers given in `next`
 * count (kubectl rewrites them when it moves to server-side apply); an empty list resets all. A write that changes nothing leaves
 * the managers as they are, so that the caller may compare the result with `live` and skip the write. An object without any manager
 * stays without until somebody applies to it.
 *
 * @param live undefined on create
 */
export function trackWrite<T extends KubeObject>(live: KubeObject | undefined, next: T, write: Write): T {
  const rules = rulesOf(write);
  const key = keyOf(write, 'Update');
  const id = idOf(key);
  const time = seconds(write.now);
  const managers = managersGiven(live, next, write.subresource !== undefined);
  if (live?.metadata.uid && managers.size === 0) return withManagers(next, managers) as T;
  const writer = { ...key, id: currentOperation, fields: emptySet, time };
  const before = bare(live ?? emptyObject(write.definition, next));
  const result = new Map(strip(transferByUpdate(rules, before, bare(next), managers, writer), currentOperation));
  const taken = result.get(currentOperation);
  result.delete(currentOperation);
  if (taken) result.set(id, { ...key, fields: union(taken.fields, result.get(id)?.fields ?? emptySet), time });
  return withManagers(next, capUpdaters(result)) as T;
}

/**
 * Server-side apply (Kubernetes, "Server-Side Apply"): the configuration laid over `live`, with the new `managedFields`. An apply
 * that changes nothing returns an object equal to `live`: the caller then keeps the resource version. `resourceVersion` in the
 * configuration is the caller's to check.
 *
 * @param live undefined when the object is to be created
 * @throws ApplyConflict (409) unless forced; Rejection 400 for another kind or given managedFields; Rejection 500, as the API
 *   server does, for fields the schema does not know
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  configuration: KubeObject,
  write: Write & { readonly force: boolean },
): KubeObject {
  checkConfiguration(configuration, write.definition);
  const rules = rulesOf(write);
  const base = live ?? emptyObject(write.definition, configuration);
  const managers = managersBeforeApply(base, live !== undefined, write);
  const entry: Managed = { ...keyOf(write, 'Apply'), fields: emptySet, time: undefined };
  const applier = { id: idOf(entry), entry: { ...entry, time: managers.get(idOf(entry))?.time }, force: write.force };
  const apply = (force: boolean): Applied =>
    transferByApply(rules, bare(base), bare(configuration), managers, { ...applier, force });
  const outcome = write.manager === kubectlManager ? applyOverLastApplied(rules, base, apply, write.force) : apply(write.force);

  const owners = new Map(strip(outcome.managers, applier.id));
  const mine = owners.get(applier.id);
  // As in the API server, who only joins in owning equal values gets no time.
  if (mine && outcome.changed) owners.set(applier.id, { ...mine, time: seconds(write.now) });
  const object = withManagers(outcome.object as KubeObject, owners);
  return write.manager === kubectlManager ? withLastApplied(object, configuration) : object;
}

/** True when two objects are the same but for the times in `managedFields`: such a write need not be stored. */
export function sameButForTimes(live: KubeObject, next: KubeObject): boolean {
  const timeless = (object: KubeObject): unknown => {
    const entries = object.metadata.managedFields?.map(({ time: _time, ...entry }) => entry);
    return { ...object, metadata: { ...object.metadata, managedFields: entries ?? null } };
  };
  return equal(timeless(live), timeless(next));
}

/** kubectl moving from client-side apply meets its own older fields: those are no conflict. */
function applyOverLastApplied(rules: Rules, live: KubeObject, apply: (force: boolean) => Applied, force: boolean): Applied {
  try {
    return apply(force);
  } catch (error) {
    if (!(error instanceof ApplyConflict)) throw error;
    const allowed = fieldsLastApplied(rules.node, live);
    const left = error.conflicts
      .map((conflict) => ({ with: conflict.with, fields: difference(conflict.fields, allowed) }))
      .filter((conflict) => !isEmpty(conflict.fields));
    if (left.length > 0) throw new ApplyConflict(left);
    return apply(true);
  }
}

function checkConfiguration(configuration: KubeObject, definition: KindDefinition): void {
  const { apiVersion, kind, metadata } = configuration;
  if (apiVersion !== apiVersionOf(definition) || kind !== definition.kind) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  }
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw badRequest('metadata.managedFields must be nil');
  const problems = checkTyped(typeNode(definition.schema), configuration);
  if (problems.length === 0) return;
  const named = `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${definition.group}/${definition.version}, Kind=${kind}`;
  const text = problems.length === 1 ? problems.join('') : ['errors:', ...problems.map((line) => `  ${line}`)].join('\n');
  throw new Rejection({ status: 500, reason: '', message: `failed to create typed patch object (${named}): ${text}` });
}

function apiVersionOf({ group, version }: KindDefinition): string {
  return group === '' ? version : `${group}/${version}`;
}

function keyOf(write: Write, operation: 'Apply' | 'Update'): Pick<Managed, 'manager' | 'operation' | 'apiVersion' | 'subresource'> {
  const manager = write.manager === '' ? 'unknown' : write.manager;
  return { manager, operation, apiVersion: apiVersionOf(write.definition), subresource: write.subresource ?? '' };
}

/** Fields the endpoint resets before storing are never owned through it. */
function rulesOf({ definition, subresource }: Write): Rules {
  const hasStatus = definition.subresources.some(({ name }) => name === 'status');
  const ignored = subresource === 'status' ? [['f:metadata'], ['f:spec']] : hasStatus ? [['f:status']] : [];
  return { node: typeNode(definition.schema), ignored: setOf(ignored) };
}

/** What a create starts from. Built-in kinds hold their structures by value: those are there, and empty, from the start. */
function emptyObject(definition: KindDefinition, like: KubeObject): KubeObject {
  const base: KubeObject = { apiVersion: like.apiVersion, kind: like.kind, metadata: {} };
  if (definition.custom) return base;
  for (const [name, schema] of Object.entries(definition.schema.properties ?? {})) {
    if (name !== 'metadata' && isStructure(schema)) base[name] = emptyStructure(schema);
  }
  return base;
}

function isStructure(schema: JsonSchema | undefined): schema is JsonSchema {
  return schema?.type === 'object' && schema.properties !== undefined;
}

/** Required structures are held by value too. */
function emptyStructure(schema: JsonSchema): Record<string, unknown> {
  const required = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) => schema.required?.includes(name) && isStructure(property),
  );
  return Object.fromEntries(required.map(([name, property]) => [name, emptyStructure(property)]));
}

function bare(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function seconds(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

function managersOrNone(entries: readonly ManagedFieldsEntry[] | undefined | null): Managers {
  try {
    return readManagers(entries);
  } catch {
    return new Map();
  }
}

function managersGiven(live: KubeObject | undefined, next: KubeObject, isSubresource: boolean): Managers {
  const current = managersOrNone(live?.metadata.managedFields);
  const given = next.metadata.managedFields;
  if (isSubresource || given === undefined || given === null) return current;
  const [first] = given;
  const isReset = given.length === 0 || (given.length === 1 && isObject(first) && Object.keys(first).length === 0);
  if (isReset) return new Map();
  const managers = managersOrNone(given);
  return managers.size === 0 ? current : managers;
}

/** An object without any manager was written before tracking: somebody must own what is in it. */
function managersBeforeApply(base: KubeObject, exists: boolean, write: Write): Managers {
  const managers = managersOrNone(base.metadata.managedFields);
  if (!exists || managers.size > 0) return managers;
  const tracked = trackWrite(undefined, base, { ...write, manager: 'before-first-apply' });
  return managersOrNone(tracked.metadata.managedFields);
}

function strip(managers: Managers, id: string): Managers {
  const managed = managers.get(id);
  if (!managed) return managers;
  return withoutIdle(new Map([...managers, [id, { ...managed, fields: difference(managed.fields, unowned) }]]));
}

function withManagers(object: KubeObject, managers: Managers): KubeObject {
  const { managedFields: _old, ...rest } = object.metadata;
  const metadata: ObjectMeta = { ...rest };
  const entries = writeManagers(managers);
  if (entries) metadata.managedFields = entries;
  return { ...object, metadata };
}
