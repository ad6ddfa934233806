import type { ExternalSecret, TemplateFrom } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions } from '@signet/template';
import { literalKeys } from './literal-keys.ts';

/** A template that gives one key of the Secret, or, with `key` undefined, some that nobody knows before it is rendered. */
export interface PlannedTemplate {
  /** `spec.target.template.data.url`, or `spec.target.template.templateFrom[0].configMap "texts" url` */
  readonly template: string;
  readonly key: string | undefined;
  /** Names of the values that it reads; undefined: it may read all. */
  readonly reads: readonly string[] | undefined;
}

/** The templates that give data, in the order in which they count: of equal keys the last one wins. */
export function templatesOf({ spec }: ExternalSecret): readonly PlannedTemplate[] {
  const { template } = spec.target;
  if (!template) return [];
  const prefix = 'spec.target.template';
  return [
    ...template.templateFrom
      .filter(({ target }) => target.toLowerCase() === 'data')
      .flatMap((from) => fromOne(from, `${prefix}.templateFrom[${template.templateFrom.indexOf(from)}]`)),
    ...Object.entries(template.data).map(([key, text]) => ({ template: `${prefix}.data.${key}`, key, reads: readsOf(text) })),
  ];
}

/** Whether what was fetched is kept beside what templates give. */
export function keepsRaw({ spec }: ExternalSecret): boolean {
  const { template } = spec.target;
  if (!template || template.mergePolicy === 'Merge') return true;
  return Object.keys(template.data).length === 0 && template.templateFrom.length === 0;
}

function fromOne({ configMap, secret, literal }: TemplateFrom, place: string): PlannedTemplate[] {
  const named = [
    ...(configMap ? [{ ...configMap, field: 'configMap' }] : []),
    ...(secret ? [{ ...secret, field: 'secret' }] : []),
  ].flatMap(({ name, items, field }) =>
    items.map(({ key, templateAs }) => ({
      template: `${place}.${field} ${JSON.stringify(name)} key ${key}`,
      key: templateAs === 'Values' ? key : undefined,
      reads: undefined,
    })),
  );
  if (literal === undefined) return named;
  const template = `${place}.literal`;
  const reads = readsOf(literal);
  const { keys, isComplete } = literalKeys(literal);
  return [...named, ...(isComplete ? [] : [{ template, key: undefined, reads }]), ...keys.map((key) => ({ template, key, reads }))];
}

function readsOf(text: string): readonly string[] | undefined {
  try {
    const { reads } = compile(text, { functions: externalSecretsFunctions });
    return reads && [...reads];
  } catch (error) {
    if (isSignetError(error)) return undefined; // it cannot be rendered either: the status says so
    throw error;
  }
}
