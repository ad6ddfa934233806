import type { SignetError } from '@signet/errors';
import { compile, renderSealedSecretData } from '@signet/template';
import type { Surroundings } from '@signet/template';
import { collect, Refusals } from '../errors.ts';
import type { ManifestObject, PlacedText } from './manifest-object.ts';
import { placed, placedError } from './placed-error.ts';
import { secretManifest } from './rendered-secret.ts';
import type { Rendered } from './rendered-secret.ts';
import type { Samples } from './samples.ts';

/**
 * Renders the Secret of a SealedSecret as the controller does, over a sample value for each key of `spec.encryptedData`.
 *
 * @throws Refusals with every template that fails, each with its place; SIGNET_CLI_TEMPLATE_VALUES_MISSING
 */
export function renderSealedSecret(object: ManifestObject, samples: Samples, surroundings: Partial<Surroundings>): Rendered {
  const templates = object.texts('spec', 'template', 'data');
  const values = samples.take(object.keys('spec', 'encryptedData'), object.place());
  const { rendered, variable, failures } = renderSealedSecretData({
    templates: Object.fromEntries(templates.map(({ key, text }) => [key, text])),
    values,
    surroundings,
  });
  const placed = failures.map(({ key, error }) => {
    const template = templates.find((one) => one.key === key);
    return template ? placedError(error, object, template) : error;
  });
  if (placed.length > 0) throw new Refusals(placed);
  const notes = templates.flatMap((template) => notesOn(template, object, variable.has(template.key)));
  const metadata = (name: 'labels' | 'annotations'): Map<string, string> =>
    new Map(object.texts('spec', 'template', 'metadata', name).map(({ key, text }) => [key, text]));
  const secret = {
    name: object.name,
    namespace: object.namespace,
    labels: metadata('labels'),
    annotations: metadata('annotations'),
    type: object.text('spec', 'template', 'type'),
    immutable: object.boolean('spec', 'template', 'immutable'),
    data: new Map([...values, ...rendered]),
  };
  return { manifest: secretManifest(secret), isSecret: true, parts: secret, notes };
}

/** Each template, and the error of one that does not even parse. */
export function checkSealedSecret(object: ManifestObject): { template: PlacedText; error: SignetError | undefined }[] {
  return object.texts('spec', 'template', 'data').map((template) => {
    const problems: SignetError[] = [];
    collect(problems, {}, () => placed(object, template, () => compile(template.text, { name: template.key })));
    return { template, error: problems[0] };
  });
}

function notesOn({ key, text }: PlacedText, object: ManifestObject, varies: boolean): string[] {
  const sealed = object.keys('spec', 'encryptedData');
  if (sealed.includes(key)) return [`${key} is sealed too: the sealed value wins, and the template is not rendered`];
  const { reads, variableFunctions } = compile(text, { name: key });
  const known = new Set([...sealed, ...object.keys('spec', 'template', 'data')]);
  const unknown = [...(reads ?? [])].filter((name) => !known.has(name));
  const notes = unknown.map(
    (name) => `${key} reads ${JSON.stringify(name)}, which is neither sealed nor a template: it prints <no value>`,
  );
  if (varies)
    notes.push(
      `${key} differs at each rendering (${variableFunctions.join(', ')}): the controller renders it once and keeps it until the template or an item it reads changes`,
    );
  return notes;
}
