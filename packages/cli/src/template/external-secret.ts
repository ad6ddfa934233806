import type { SignetError } from '@signet/errors';
import { compile } from '@signet/template';
import type { Surroundings } from '@signet/template';
import { collect, Refusals } from '../errors.ts';
import { templateCommandErrors } from './errors.ts';
import type { ManifestObject, PlacedText } from './manifest-object.ts';
import { placed } from './placed-error.ts';
import { compileOptions } from './plain-template.ts';
import type { Dialect } from './plain-template.ts';
import type { Rendered } from './rendered-secret.ts';
import type { Samples } from './samples.ts';

/** What rendering an ExternalSecret needs besides the object. */
export interface ExternalRoom {
  readonly samples: Samples;
  readonly surroundings: Partial<Surroundings>;
  readonly delimiters: Dialect['delimiters'];
}

/**
 * Renders the Secret of an ExternalSecret as external-secrets does (engine v2, a missing key is an error), over a sample value for
 * each `secretKey` of `spec.data`. With `dataFrom` nobody knows here which keys will come, so all samples are there.
 *
 * @throws Refusals with every template that fails, each with its place; SIGNET_CLI_TEMPLATE_VALUES_MISSING, _ENGINE
 */
export function renderExternalSecret(object: ManifestObject, room: ExternalRoom): Rendered {
  const template = object.part('spec', 'target', 'template');
  if ((template?.text('engineVersion') ?? 'v2') !== 'v2') throw templateCommandErrors.ENGINE({}, { at: object.place() });
  const texts = template?.texts('data') ?? [];
  const values = valuesOf(object, room.samples);
  const problems: SignetError[] = [];
  const notes: string[] = [];
  const render = (one: PlacedText): [string, Uint8Array][] => {
    const bytes = collect(problems, {}, () => renderOne(one, object, values, room, notes));
    return bytes === undefined ? [] : [[one.key, bytes]];
  };
  const metadata = (name: 'labels' | 'annotations'): Map<string, string> =>
    new Map(
      (template?.texts('metadata', name) ?? []).flatMap(render).map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]),
    );
  const rendered = new Map(texts.flatMap(render));
  const keepsRaw = texts.length === 0 || template?.text('mergePolicy') === 'Merge';
  const [labels, annotations] = [metadata('labels'), metadata('annotations')];
  if (problems.length > 0) throw new Refusals(problems);
  return {
    secret: {
      name: object.text('spec', 'target', 'name') ?? object.name,
      namespace: object.namespace,
      labels,
      annotations,
      type: template?.text('type'),
      immutable: object.boolean('spec', 'target', 'immutable'),
      data: new Map([...(keepsRaw ? values : []), ...rendered]),
    },
    notes,
  };
}

function valuesOf(object: ManifestObject, samples: Samples): Map<string, Uint8Array> {
  const keys = object.items('spec', 'data').flatMap((item) => item.text('secretKey') ?? []);
  const isOpen = object.items('spec', 'dataFrom').length > 0;
  return isOpen ? samples.takeAll(keys, object.place()) : samples.take(keys, object.place());
}

function renderOne(
  template: PlacedText,
  object: ManifestObject,
  values: Map<string, Uint8Array>,
  { surroundings, delimiters }: ExternalRoom,
  notes: string[],
): Uint8Array {
  return placed(object, template, () => {
    const compiled = compile(template.text, {
      ...compileOptions({ functions: 'external-secrets', delimiters }),
      name: template.key,
    });
    if (!compiled.isDeterministic)
      notes.push(
        `${template.key} differs at each rendering (${compiled.variableFunctions.join(', ')}): external-secrets renders it anew at each refresh`,
      );
    return compiled.render(values, surroundings);
  });
}
