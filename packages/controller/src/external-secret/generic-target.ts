import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { externalSecretMarks } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { prepareData, renderTarget, Spent } from '@signet/template';
import { base64 } from '../cluster/secret-parts.ts';
import { controllerErrors } from '../errors.ts';
import { createdByHash, fieldManagerOf } from './marks.ts';
import { ownedFields, without } from './owned-fields.ts';
import { attempt } from './render-templates.ts';
import { contentField, contentHash } from './resource-content.ts';
import { keepsForeign, ownersWanted } from './target-secret.ts';
import type { Making } from './target-secret.ts';

/** What a target of another kind is made of. */
export interface ResourceMaking extends Pick<Making, 'es' | 'data' | 'groups' | 'now' | 'random' | 'delimiters'> {
  /** To be replaced, as just read with its managedFields; undefined: one is created. */
  readonly live: KubeObject | undefined;
}

/** A target of another kind as it should be. */
export interface WantedResource {
  readonly object: KubeObject;
  /** Sentences without values. */
  readonly warnings: readonly string[];
}

/**
 * The object an ExternalSecret with `target.manifest` asks for: a ConfigMap with what was fetched as text, or any object that templates put
 * together by paths. What it wrote before into labels, annotations and data is taken out first; what others wrote there stays,
 * except that with Owner and Orphan the content (`data`, else `spec`) is made anew (external-secrets v2.9 behaviour). Templates of time or
 * chance are rendered anew with each refresh.
 *
 * @throws TEMPLATE_FAILED, TARGET_KIND; values never in the message
 */
export function wantedResource(making: ResourceMaking): WantedResource {
  const { es, live } = making;
  const before = base(making);
  const { rendered, warnings } = renderInto(before, making);
  refuseOtherObject(before, rendered);
  const { labels, annotations, ...metadata } = rendered.metadata;
  const isOwner = es.spec.target.creationPolicy === 'Owner';
  const owners = ownersWanted(es, live?.metadata.ownerReferences ?? []);
  const { createdBy, dataHash, managed } = externalSecretMarks;
  const object = {
    ...rendered,
    metadata: {
      ...metadata,
      labels: {
        ...without(labels, new Set([createdBy])),
        ...(isOwner && { [createdBy]: createdByHash(es.metadata.namespace, es.metadata.name) }),
        [managed]: 'true',
      },
      annotations: { ...annotations, [dataHash]: contentHash(rendered) },
      ...(owners.length > 0 && { ownerReferences: owners }),
    },
  };
  return { object, warnings };
}

/** The object before templates: metadata, what is kept of the live one, and what was fetched. */
function base({ es, data, live }: ResourceMaking): KubeObject {
  const { manifest, name, template, creationPolicy } = es.spec.target;
  const { apiVersion, kind } = manifest ?? { apiVersion: '', kind: '' };
  const owned = ownedFields(live?.metadata ?? {}, fieldManagerOf(es.metadata.name));
  const copied = template ? template.metadata : es.metadata;
  const { managedFields: _, ownerReferences: __, ...metadata } = live?.metadata ?? { name, namespace: es.metadata.namespace };
  const kept: Readonly<Record<string, unknown>> = live && keepsForeign.has(creationPolicy) ? live : {};
  const field = contentField(kind);
  const content = field === 'data' ? without(textsIn(kept['data']), owned.data) : { ...mapIn(kept['spec']) };
  const makesContent = template && (Object.keys(template.data).length > 0 || template.templateFrom.length > 0);
  const fetched = !makesContent || (field === 'data' && template.mergePolicy === 'Merge') ? fetchedAs(kind, data) : {};
  const isPlaced = field === 'data' || Object.keys(fetched).length === 0;
  return {
    ...kept,
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      labels: { ...without(live?.metadata.labels, owned.labels), ...copied.labels },
      annotations: { ...without(live?.metadata.annotations, owned.annotations), ...copied.annotations },
    },
    [field]: isPlaced ? { ...content, ...fetched } : { ...content, data: fetched },
    ...(kind === 'Secret' && template?.type !== undefined && { type: template.type }),
  };
}

/** What was fetched, in the form a kind has it: base64 in a Secret, text elsewhere. */
function fetchedAs(kind: string, data: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  const entries = [...data].map(([key, value]): [string, string] => {
    if (kind === 'Secret') return [key, base64(value)];
    if (!isUtf8(value))
      throw controllerErrors.TARGET_KIND({ because: `the value of "${key}" is no text, and a ${kind} holds text` });
    return [key, Buffer.from(value).toString('utf8')];
  });
  return Object.fromEntries(entries);
}

function renderInto(
  object: KubeObject,
  { data, groups, now, random, delimiters }: ResourceMaking,
): { rendered: KubeObject; warnings: string[] } {
  const warnings: string[] = [];
  const surroundings = { now, ...(random && { random }), spent: new Spent() };
  let rendered: Readonly<Record<string, unknown>> = object;
  const dot = prepareData(data);
  for (const { field, scope, target, texts, decodingStrategy } of groups) {
    const of = { scope, target, templates: texts, data: dot, object: rendered, decodingStrategy, surroundings, delimiters };
    const { object: next, warnings: coerced } = attempt(field, () => renderTarget(of));
    rendered = next;
    warnings.push(...coerced.map(({ message }) => `${field}: ${message}`));
  }
  return { rendered: rendered as KubeObject, warnings };
}

/** A template may fill an object in, but not make it another one, nor somebody else's. @throws TARGET_KIND */
function refuseOtherObject(before: KubeObject, rendered: KubeObject): void {
  const identity = ({ apiVersion, kind, metadata }: KubeObject): Record<string, unknown> => {
    const { labels: _, annotations: __, ...rest } = metadata;
    return { apiVersion, kind, ...rest };
  };
  const [one, other] = [identity(before), identity(rendered)];
  const changed = Object.keys({ ...one, ...other }).find((field) => !isDeepStrictEqual(one[field], other[field]));
  if (changed !== undefined) {
    const field = changed === 'apiVersion' || changed === 'kind' ? changed : `metadata.${changed}`;
    throw controllerErrors.TARGET_KIND({ because: `a template may not change ${field}` });
  }
}

function mapIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

function textsIn(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapIn(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
