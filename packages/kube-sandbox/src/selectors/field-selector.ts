import type { KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import { badRequest } from '../server/status-error.ts';

/** A parsed field selector. `name` and `namespace` are set when it pins them. */
export interface FieldSelector {
  readonly matches: (object: KubeObject) => boolean;
  readonly name: string | undefined;
}

const builtIn: Readonly<Record<string, readonly string[]>> = {
  '/secrets': ['type'],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  '/namespaces': ['status.phase'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/pods': ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
};

/**
 * Parses a field selector of a kind: `metadata.name=x,type!=y`. Every kind knows `metadata.name` and `metadata.namespace`;
 * some core kinds know a few more; custom kinds their `selectableFields`. Values escape `\`, `,` and `=` with a backslash.
 *
 * @throws a 400 Status for unknown fields
 */
export function parseFieldSelector(text: string, kind: KindDefinition): FieldSelector {
  const known = new Set([
    'metadata.name',
    ...(kind.namespaced || !kind.custom ? ['metadata.namespace'] : []),
    ...(builtIn[`${kind.group}/${kind.plural}`] ?? []),
    ...kind.selectableFields.map((path) => path.replace(/^\./, '')),
  ]);
  const terms: { field: string; value: string; equal: boolean }[] = [];
  for (const term of splitUnescaped(text)) {
    if (term === '') continue;
    const match = /^((?:[^=!\\]|\\.)*?)(!=|==|=)((?:[^\\]|\\.)*)$/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = match;
    if (!known.has(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    terms.push({ field, value: value.replaceAll(/\\(.)/g, '$1'), equal: operator !== '!=' });
  }
  return {
    name: terms.find((term) => term.field === 'metadata.name' && term.equal)?.value,
    matches: (object) => terms.every((term) => (fieldOf(object, term.field) === term.value) === term.equal),
  };
}

function splitUnescaped(text: string): string[] {
  return text.match(/(?:[^,\\]|\\.)+/g) ?? [];
}

function fieldOf(object: KubeObject, field: string): string {
  if (field === 'source') return text((object['source'] as { component?: unknown } | undefined)?.component);
  let value: unknown = object;
  for (const part of field.split('.')) value = (value as Record<string, unknown> | undefined | null)?.[part];
  return text(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
