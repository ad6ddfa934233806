import type { SignetError } from '@signet/errors';
import { fromBase64, toBase64 } from '@signet/sealing';
import { compile, renderTarget } from '@signet/template';
import type { Surroundings } from '@signet/template';
import { collect, Refusals } from '../errors.ts';
import { externalTemplates } from './external-templates.ts';
import type { TargetText } from './external-templates.ts';
import type { ManifestObject } from './manifest-object.ts';
import { placed } from './placed-error.ts';
import { compileOptions } from './plain-template.ts';
import type { Dialect } from './plain-template.ts';
import { jsonFrom, secretManifest } from './rendered-secret.ts';
import type { Rendered, RenderedParts } from './rendered-secret.ts';
import type { Samples } from './samples.ts';

/** What rendering an ExternalSecret needs besides the object. */
export interface ExternalRoom {
  readonly samples: Samples;
  readonly surroundings: Partial<Surroundings>;
  readonly delimiters: Dialect['delimiters'];
  /** ConfigMaps and Secrets that `templateFrom` may name. */
  readonly sources: readonly ManifestObject[];
}

type Target = Readonly<Record<string, unknown>>;

/**
 * Renders the target of an ExternalSecret as external-secrets does (engine v2, a missing key is an error), over a sample value for
 * each `secretKey` of `spec.data`. With `dataFrom` nobody knows here which keys will come, so all samples are there.
 *
 * @throws Refusals with every template that fails, each with its place; SIGNET_CLI_TEMPLATE_VALUES_MISSING, _ENGINE, _SOURCE
 */
export function renderExternalSecret(object: ManifestObject, room: ExternalRoom): Rendered {
  const templates = externalTemplates(object, room.sources);
  const values = valuesOf(object, templates, room);
  const problems: SignetError[] = [];
  const notes: string[] = [];
  let target = emptyTarget(object, keepsRaw(object) ? values : new Map());
  for (const one of templates) {
    target = collect(problems, {}, () => renderOne(one, target, values, room, notes)) ?? target;
  }
  if (problems.length > 0) throw new Refusals(problems);
  const parts = partsOf(target);
  if (target['kind'] !== 'Secret') return { manifest: jsonFrom(target), isSecret: false, parts, notes };
  const secret = {
    ...parts,
    name: targetName(object),
    namespace: object.namespace,
    type: typeof target['type'] === 'string' ? target['type'] : undefined,
    immutable: target['immutable'] === true ? true : undefined,
  };
  return { manifest: secretManifest(secret), isSecret: true, parts, notes };
}

function renderOne(
  template: TargetText,
  target: Target,
  values: ReadonlyMap<string, Uint8Array>,
  room: ExternalRoom,
  notes: string[],
): Target {
  const { owner, scope, decoding } = template;
  return placed(owner, template, () => {
    const { object, warnings, variable } = renderTarget({
      scope,
      target: template.target,
      templates: { [template.key]: template.text },
      data: values,
      object: target,
      surroundings: room.surroundings,
      ...(decoding && { decodingStrategy: decoding }),
      ...(room.delimiters && { delimiters: room.delimiters }),
    });
    notes.push(...warnings.map(({ message }) => message));
    if (variable.size > 0) {
      const { variableFunctions } = compiled(template, room);
      notes.push(
        `${template.key} differs at each rendering (${variableFunctions.join(', ')}): external-secrets renders it anew at each refresh`,
      );
    }
    return object;
  });
}

function compiled({ key, text }: TargetText, { delimiters }: Pick<ExternalRoom, 'delimiters'>): ReturnType<typeof compile> {
  return compile(text, { ...compileOptions({ functions: 'external-secrets', delimiters }), name: key });
}

/** Each template, and the error of one that does not even parse. Templates in objects that are not among the sources are left out. */
export function checkExternalSecret(
  object: ManifestObject,
  room: Pick<ExternalRoom, 'delimiters' | 'sources'>,
): { template: TargetText; error: SignetError | undefined }[] {
  return externalTemplates(object, room.sources, { skipMissing: true }).map((template) => {
    const problems: SignetError[] = [];
    collect(problems, {}, () => placed(template.owner, template, () => compiled(template, room)));
    return { template, error: problems[0] };
  });
}

function valuesOf(object: ManifestObject, templates: readonly TargetText[], room: ExternalRoom): Map<string, Uint8Array> {
  const { samples } = room;
  const keys = object.items('spec', 'data').flatMap((item) => item.text('secretKey') ?? []);
  if (object.items('spec', 'dataFrom').length === 0) return samples.take(keys, object.place());
  const problems: SignetError[] = []; // a template that does not parse reads nothing; rendering it says why
  const reads = samples.allowMissing
    ? templates.flatMap((one) => collect(problems, {}, () => [...(compiled(one, room).reads ?? [])]) ?? [])
    : [];
  return samples.takeAll([...keys, ...reads], object.place());
}

/** What was fetched stays beside what is rendered: without templates of data, or when it is to be merged. */
function keepsRaw(object: ManifestObject): boolean {
  const template = object.part('spec', 'target', 'template');
  if (template === undefined || template.text('mergePolicy') === 'Merge') return true;
  return template.keys('data').length === 0 && template.items('templateFrom').length === 0;
}

function targetName(object: ManifestObject): string {
  return object.text('spec', 'target', 'name') ?? object.name;
}

function emptyTarget(object: ManifestObject, raw: ReadonlyMap<string, Uint8Array>): Target {
  const version = object.text('spec', 'target', 'manifest', 'apiVersion');
  const kind = object.text('spec', 'target', 'manifest', 'kind');
  const isSecret = kind === undefined || (kind === 'Secret' && version === 'v1');
  const type = object.text('spec', 'target', 'template', 'type');
  const data = Object.fromEntries(
    [...raw].map(([key, value]) => [key, isSecret ? toBase64(value) : new TextDecoder().decode(value)]),
  );
  return {
    apiVersion: version ?? 'v1',
    kind: kind ?? 'Secret',
    metadata: { name: targetName(object), ...(object.namespace && { namespace: object.namespace }) },
    ...(type !== undefined && { type }),
    ...(object.boolean('spec', 'target', 'immutable') === true && { immutable: true }),
    ...(raw.size > 0 && { data }),
  };
}

function partsOf(target: Target): RenderedParts {
  const metadata = entriesOf({ ...target })('metadata');
  const texts = (name: string): Map<string, string> =>
    new Map(entriesOf(Object.fromEntries(metadata))(name).map(([key, value]) => [key, String(value)]));
  const isSecret = target['kind'] === 'Secret';
  const data = entriesOf({ ...target })('data').map(([key, value]): [string, Uint8Array] => [
    key,
    isSecret ? fromBase64(String(value)) : new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  return { data: new Map(data), labels: texts('labels'), annotations: texts('annotations') };
}

const entriesOf =
  (of: Record<string, unknown>) =>
  (name: string): [string, unknown][] => {
    const value = of[name];
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  };
