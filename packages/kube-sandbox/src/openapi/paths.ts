import type { KindDefinition, Verb } from '../kinds/definition.ts';
import { pathOf } from '../discovery/group-version.ts';
import { definitionName, type Style, v3 } from './definitions.ts';

type Json = Record<string, unknown>;

const operations: Readonly<
  Record<string, { readonly method: string; readonly action: string; readonly on: 'item' | 'list'; readonly writes: boolean }>
> = {
  list: { method: 'get', action: 'list', on: 'list', writes: false },
  create: { method: 'post', action: 'post', on: 'list', writes: true },
  deletecollection: { method: 'delete', action: 'deletecollection', on: 'list', writes: false },
  get: { method: 'get', action: 'get', on: 'item', writes: false },
  update: { method: 'put', action: 'put', on: 'item', writes: true },
  patch: { method: 'patch', action: 'patch', on: 'item', writes: true },
  delete: { method: 'delete', action: 'delete', on: 'item', writes: false },
};

/**
 * The paths of one kind. Clients look here for what a server understands: kubectl sends `fieldValidation` and `dryRun` only to
 * kinds whose PATCH lists them, and builds strategic merge patches only for kinds whose PATCH takes them.
 */
export function pathsOf(kind: KindDefinition, style: Style): Record<string, Json> {
  const base = `/${pathOf(kind)}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`;
  const paths: Record<string, Json> = {};
  for (const [verb, { method, action, on, writes }] of Object.entries(operations)) {
    if (!kind.verbs.includes(verb as Verb)) continue;
    const path = on === 'item' ? `${base}/{name}` : base;
    const item = (paths[path] ??= { parameters: pathParameters(kind, on, style) });
    item[method] = operation(kind, { verb, action, method, writes }, style);
  }
  return paths;
}

function operation(
  kind: KindDefinition,
  { verb, action, method, writes }: { verb: string; action: string; method: string; writes: boolean },
  style: Style,
): Json {
  const reference = { $ref: style.prefix + definitionName(kind) };
  const group = kind.group.split('.')[0] || 'core';
  const scope = kind.namespaced ? 'Namespaced' : '';
  const wordOf = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const mediaTypes = method === 'patch' ? patchTypes(kind) : ['application/json', 'application/yaml'];
  const body = method === 'patch' ? { type: 'object' } : reference;
  return {
    description: `${verb} ${kind.kind}`,
    operationId: `${verb}${wordOf(group)}${wordOf(kind.version)}${scope}${kind.kind}`,
    tags: [kind.group === '' ? `core_${kind.version}` : `${group}_${kind.version}`],
    ...(writes ? requestBody(body, mediaTypes, style) : {}),
    ...(writes ? { parameters: writeParameters(method, style, body) } : {}),
    ...responses(reference, style),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind },
  };
}

/** Content types a PATCH of the kind takes. Custom kinds have no strategic merge. */
function patchTypes(kind: Pick<KindDefinition, 'custom'>): string[] {
  return [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(kind.custom ? [] : ['application/strategic-merge-patch+json']),
    'application/apply-patch+yaml',
  ];
}

function requestBody(schema: Json, mediaTypes: readonly string[], style: Style): Json {
  if (style !== v3) return { consumes: mediaTypes };
  return { requestBody: { required: true, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) } };
}

function responses(schema: Json, style: Style): Json {
  const ok = { description: 'OK' };
  const unauthorized = { 401: { description: 'Unauthorized' } };
  if (style !== v3)
    return { produces: ['application/json', 'application/yaml'], responses: { 200: { ...ok, schema }, ...unauthorized } };
  return { responses: { 200: { ...ok, content: { 'application/json': { schema } } }, ...unauthorized } };
}

function parameter(name: string, place: 'query' | 'path', style: Style, type = 'string'): Json {
  const typed = style === v3 ? { schema: { type, uniqueItems: true } } : { type, uniqueItems: true };
  return { name, in: place, ...typed, ...(place === 'path' ? { required: true } : {}) };
}

function writeParameters(method: string, style: Style, body: Json): Json[] {
  const names = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(name, 'query', style));
  return [
    ...(style === v3 ? [] : [{ name: 'body', in: 'body', required: true, schema: body }]),
    ...names,
    ...(method === 'patch' ? [parameter('force', 'query', style, 'boolean')] : []),
  ];
}

function pathParameters(kind: KindDefinition, on: 'item' | 'list', style: Style): Json[] {
  const names = [...(on === 'item' ? ['name'] : []), ...(kind.namespaced ? ['namespace'] : [])];
  return [...names.map((name) => parameter(name, 'path', style)), parameter('pretty', 'query', style)];
}
