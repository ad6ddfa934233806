import type { Secret } from '@signet/kube/client';
import { renderTarget, Spent } from '@signet/template';
import type { Surroundings } from '@signet/template';
import { isSignetError } from '@signet/errors';
import { controllerErrors } from '../errors.ts';
import type { TemplateGroup } from './templates.ts';
import type { Once } from './rendered-once.ts';

/** The parts of a Secret that templates make. Data is base64. */
export interface RenderedParts {
  readonly data: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

/** What became of the templates. */
export interface RenderedTemplates extends RenderedParts {
  /** Sentences without values, for people: unquoted YAML that came out as something else. */
  readonly warnings: readonly string[];
  /** Which template made which key of the data, names only. */
  readonly origins: ReadonlyMap<string, string>;
}

const parts: Readonly<Record<string, keyof RenderedParts>> = { data: 'data', labels: 'labels', annotations: 'annotations' };

/** The part of a Secret that a template's target names, in any case; undefined: a Secret has no such part. */
export function partOf(target: string): keyof RenderedParts | undefined {
  const name = target.toLowerCase();
  return Object.hasOwn(parts, name) ? parts[name] : undefined;
}

/**
 * Renders the templates of a Secret, one group after the other; later ones win. All together have the limits of one object, so that many
 * small ones of a tenant take no more than one large one.
 *
 * @param values what was fetched
 * @param once keeps what depends on time or chance
 * @throws TEMPLATE_FAILED with the field and the cause, TEMPLATE_TARGET; never a value in the message
 */
export function renderTemplates(
  groups: readonly TemplateGroup[],
  values: ReadonlyMap<string, Uint8Array>,
  once: Once,
  surroundings: Pick<Partial<Surroundings>, 'now' | 'random'>,
): RenderedTemplates {
  const made = { data: new Map<string, string>(), labels: new Map<string, string>(), annotations: new Map<string, string>() };
  const warnings: string[] = [];
  const origins = new Map<string, string>();
  const shared = { ...surroundings, spent: new Spent() };
  for (const group of groups) {
    const part = partOf(group.target);
    if (!part) throw controllerErrors.TEMPLATE_TARGET({ field: group.field, target: group.target });
    // Each text by itself, so that it is known which keys it made.
    for (const [key, text] of Object.entries(group.texts).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      const room = once.roomOf(group, part, key, text);
      const {
        object,
        warnings: coerced,
        variable,
      } = attempt(group.field, () =>
        renderTarget({
          scope: group.scope,
          target: group.target,
          templates: { [key]: text },
          data: values,
          object: { apiVersion: 'v1', kind: 'Secret', metadata: {} },
          decodingStrategy: group.decodingStrategy,
          keep: (_, reads) => room.keep(reads),
          surroundings: shared,
        }),
      );
      const output = outputOf(object as unknown as Secret, part);
      for (const reads of variable.values()) room.made(Object.keys(output), reads);
      if (variable.size === 0) once.madeAnew(part, Object.keys(output));
      for (const [name, value] of Object.entries(output)) {
        made[part].set(name, value);
        if (part === 'data') origins.set(name, group.field);
      }
      warnings.push(...coerced.map(({ message }) => `${group.field}: ${message}`));
    }
  }
  const { data, labels, annotations } = made;
  return {
    data: Object.fromEntries(data),
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
    warnings,
    origins,
  };
}

function outputOf({ metadata, data }: Secret, part: keyof RenderedParts): Record<string, string> {
  return (part === 'data' ? data : metadata[part]) ?? {};
}

/** Puts the field before an error of a template. @throws TEMPLATE_FAILED */
export function attempt<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw controllerErrors.TEMPLATE_FAILED({ field, message: error.message }, { cause: error });
  }
}
