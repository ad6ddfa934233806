import type { Secret } from '@signet/kube/client';
import { prepareData, renderTarget, Spent } from '@signet/template';
import type { Delimiters, PreparedData, Surroundings, TargetWarning } from '@signet/template';
import { isSignetError } from '@signet/errors';
import { controllerErrors } from '../errors.ts';
import { partOf } from './templates.ts';
import type { RenderedParts, TemplateGroup } from './templates.ts';
import type { Once } from './rendered-once.ts';

/** What became of the templates. */
export interface RenderedTemplates extends RenderedParts {
  /** Sentences without values, for people: unquoted YAML that came out as something else. */
  readonly warnings: readonly string[];
  /** Which template made which key of the data, names only. */
  readonly origins: ReadonlyMap<string, string>;
}

/** How templates are rendered. */
export interface Rendering {
  readonly surroundings: Partial<Surroundings>;
  /** Default `{{` and `}}`. */
  readonly delimiters?: Delimiters | undefined;
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
  { surroundings, delimiters }: Rendering,
): RenderedTemplates {
  const made = { data: new Map<string, string>(), labels: new Map<string, string>(), annotations: new Map<string, string>() };
  const warnings: string[] = [];
  const origins = new Map<string, string>();
  const shared: Rendering = { surroundings: { ...surroundings, spent: new Spent() }, delimiters };
  const dot = prepareData(values);
  for (const group of groups.flatMap(unitsOf)) {
    const part = partOf(group.target);
    if (!part) throw controllerErrors.TEMPLATE_TARGET({ field: group.field, target: group.target });
    const { output, coerced } = renderUnit(group, part, dot, once, shared);
    for (const [name, value] of Object.entries(output)) {
      made[part].set(name, value);
      if (part === 'data') origins.set(name, group.field);
    }
    warnings.push(...coerced.map(({ message }) => `${group.field}: ${message}`));
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

/** Values know their keys beforehand and are rendered together; documents by themselves, so that it is known which keys each made. */
function unitsOf(group: TemplateGroup): TemplateGroup[] {
  if (group.scope === 'Values') return [group];
  return Object.entries(group.texts).map(([key, text]) => ({ ...group, texts: { [key]: text } }));
}

function renderUnit(
  { field, scope, target, texts, decodingStrategy }: TemplateGroup,
  part: keyof RenderedParts,
  data: PreparedData,
  once: Once,
  rendering: Rendering,
): { output: Record<string, string>; coerced: readonly TargetWarning[] } {
  const rooms = new Map(
    Object.entries(texts).map(([key, text]) => [key, once.roomOf({ scope, decodingStrategy }, part, key, text)]),
  );
  const { object, warnings, variable } = attempt(field, () =>
    renderTarget({
      scope,
      target,
      templates: texts,
      data,
      object: { apiVersion: 'v1', kind: 'Secret', metadata: {} },
      decodingStrategy,
      keep: (key, reads) => rooms.get(key)?.keep(reads),
      ...rendering,
    }),
  );
  const output = outputOf(object as unknown as Secret, part);
  once.madeAnew(part, Object.keys(output));
  for (const [key, reads] of variable) rooms.get(key)?.made(scope === 'Values' ? [key] : Object.keys(output), reads);
  return { output, coerced: warnings };
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
