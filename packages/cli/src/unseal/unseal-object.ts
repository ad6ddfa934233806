import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { diagnose, scopeOf, scopes, toBase64 } from '@signet/sealing';
import type { Binding, Keyring } from '@signet/sealing';
import { child, describe, stringAt } from '../document/tree.ts';
import type { Json, MapTree, Tree } from '../document/tree.ts';
import { readDocument } from '../document/read-document.ts';
import { cliErrors } from '../errors.ts';
import { textsAt } from '../kubeseal/sealed-document.ts';
import { isDataKey, sortedByBytes } from '../secret/read-secret.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { unsealErrors } from './errors.ts';
import { openObject } from './open-object.ts';
import { openedSecret } from './opened-secret.ts';

/** A Secret that was made of a SealedSecret, or every reason why not. */
export type Unsealed = { readonly secret: Json } | { readonly failures: readonly SignetError[] };

/** Opens a SealedSecret, in the form of today or in that from before v0.7. */
export async function unsealObject(object: ManifestObject, keyring: Keyring, now: Date): Promise<Unsealed> {
  const { tree, name, namespace } = object;
  const spec = child(tree, 'spec');
  const binding: Binding = { scope: scopeOf(Object.fromEntries(textsAt(child(tree, 'metadata'), 'annotations'))), namespace, name };
  const legacy = stringAt(spec, 'data');
  if (legacy !== undefined) return unsealLegacy(object, legacy, binding, keyring);
  const template = mapAt(spec, 'template');
  const items = textsAt(spec, 'encryptedData');
  const place = placer(object, spec);
  const failures = brokenIn(object, spec);
  const opened = await openObject({ binding, items, templates: textsAt(template, 'data') }, keyring, now);
  for (const { key, error } of opened.failures)
    failures.push(await explained(key, error, { items, binding, template, keyring }, place));
  for (const key of opened.values.keys())
    if (!isDataKey(key)) failures.push(cliErrors.BAD_KEY({ key: shown(key) }, { at: place(key) }));
  if (failures.length > 0) return { failures };
  return { secret: openedSecret({ name, namespace, template }, encoded(opened.values)) };
}

/** Items that are no text cannot be opened, and must not be left out in silence. */
function brokenIn(object: ManifestObject, spec: Tree | undefined): SignetError[] {
  const items = child(spec, 'encryptedData');
  if (items === undefined || (items.kind === 'scalar' && items.value === null)) return [];
  const wrong = (tree: Tree, field: string, wants: string): SignetError =>
    cliErrors.FIELD_TYPE({ field, wants, found: describe(tree) }, { at: object.place(tree.at, field) });
  if (items.kind !== 'map') return [wrong(items, 'spec.encryptedData', 'a mapping')];
  return [...items.entries].flatMap(([key, { value }]) =>
    value.kind === 'scalar' && typeof value.value === 'string' ? [] : [wrong(value, `spec.encryptedData.${shown(key)}`, 'text')],
  );
}

function placer(object: ManifestObject, spec: Tree | undefined): (key: string) => ReturnType<ManifestObject['place']> {
  return (key) => {
    const item = child(child(spec, 'encryptedData'), key);
    const field = item ? 'spec.encryptedData' : 'spec.template.data';
    return object.place((item ?? child(child(child(spec, 'template'), 'data'), key))?.at, `${field}.${shown(key)}`);
  };
}

interface Around {
  readonly items: ReadonlyMap<string, string>;
  readonly binding: Binding;
  readonly template: MapTree | undefined;
  readonly keyring: Keyring;
}

/** Why a key has no value. Whoever holds the private keys may know for which place an item was sealed. */
async function explained(
  key: string,
  error: SignetError,
  { items, binding, template, keyring }: Around,
  place: (key: string) => ReturnType<ManifestObject['place']>,
): Promise<SignetError> {
  const at = place(key);
  const item = items.get(key);
  if (item !== undefined && error.code === 'SIGNET_SEAL_CANNOT_OPEN') {
    const found = await diagnose(keyring, item, binding, otherPlaces(binding, child(template, 'metadata')));
    if (found.kind === 'sealed for another place') return unsealErrors.ELSEWHERE({ key: shown(key), ...found.binding }, { at });
    if (found.kind === 'not a sealed item') return unsealErrors.ITEM({ key: shown(key), problem: found.message }, { at });
  }
  return unsealErrors.ITEM({ key: shown(key), problem: error.message }, { cause: error, at });
}

/** The object's own place in every scope, then that of its template, which sealing writes and a rename by hand forgets. */
function otherPlaces({ namespace, name }: Binding, templateMetadata: Tree | undefined): Binding[] {
  const names = [...new Set([name, stringAt(templateMetadata, 'name') ?? name])];
  const namespaces = [...new Set([namespace, stringAt(templateMetadata, 'namespace') ?? namespace])];
  return namespaces.flatMap((one) => names.flatMap((other) => scopes.map((scope) => ({ scope, namespace: one, name: other }))));
}

async function unsealLegacy(object: ManifestObject, item: string, binding: Binding, keyring: Keyring): Promise<Unsealed> {
  const at = object.place(child(child(object.tree, 'spec'), 'data')?.at, 'spec.data');
  try {
    const { plaintext } = await keyring.open(item, binding);
    const secret = legacySecret(plaintext);
    if (!secret) return { failures: [unsealErrors.LEGACY({}, { at })] };
    const data = new Map(sortedByBytes([...textsAt(secret, 'data')]));
    return { secret: openedSecret({ name: object.name, namespace: object.namespace, template: secret }, data) };
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return { failures: [unsealErrors.ITEM({ key: 'spec.data', problem: error.message }, { cause: error, at })] };
  }
}

/** The Secret in the plaintext of an old object. Values stay in base64, as JSON has them. */
function legacySecret(plaintext: Uint8Array): MapTree | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
    const { tree } = readDocument({ name: '', text }, { kind: 'json', start: 0, end: text.length });
    return tree.kind === 'map' ? tree : undefined;
  } catch {
    return undefined;
  }
}

function encoded(values: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Json> {
  return new Map(sortedByBytes([...values].map(([key, value]) => [key, toBase64(value)])));
}

function mapAt(tree: Tree | undefined, key: string): MapTree | undefined {
  const found = child(tree, key);
  return found?.kind === 'map' ? found : undefined;
}

function shown(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}
