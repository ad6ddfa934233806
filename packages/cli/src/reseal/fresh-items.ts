import { isSignetError } from '@signet/errors';
import { checkBinding, inspectItem, scopeOf, seal } from '@signet/sealing';
import type { Binding, KeyId, Keyring, SealingCertificate } from '@signet/sealing';
import type { ControllerService } from '../cluster/controller-service.ts';
import { emitJson } from '../document/emit-json.ts';
import { child, describe, stringAt } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import { cliErrors, Refusals } from '../errors.ts';
import { problemOf } from '../kubeseal/controller-problem.ts';
import { textsAt } from '../kubeseal/sealed-document.ts';
import { jsonInNamespace } from '../manifests/json-in-namespace.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { resealErrors } from './errors.ts';

/** How the one item of an object from before v0.7 is called. */
export const legacyItem = 'spec.data';

/** What became of an object: the items that were sealed anew, by key. Empty when all are on the newest key. */
export type FreshItems = ReadonlyMap<string, string>;

/** Seals what is not on the newest key. @throws Refusals or a coded error about this object */
export type Resealer = (object: ManifestObject) => Promise<FreshItems>;

/** The items of an object as they stand. @throws SIGNET_CLI_FIELD_TYPE for one that is no text */
function itemsOf(object: ManifestObject): ReadonlyMap<string, string> {
  const spec = child(object.tree, 'spec');
  const legacy = stringAt(spec, 'data');
  if (legacy !== undefined) return new Map([[legacyItem, legacy]]);
  const items = child(spec, 'encryptedData');
  const broken =
    items?.kind === 'map' ? [...items.entries].map(([, { value }]) => value).find((value) => !isText(value)) : undefined;
  if (broken) {
    const field = 'spec.encryptedData';
    throw cliErrors.FIELD_TYPE(
      { field, wants: 'a mapping of texts', found: describe(broken) },
      { at: object.place(broken.at, field) },
    );
  }
  return textsAt(spec, 'encryptedData');
}

function isText(tree: Tree): boolean {
  return tree.kind === 'scalar' && typeof tree.value === 'string';
}

/**
 * Has the controller seal the items: no private key leaves the cluster. It gives back unchanged what is on its newest key.
 *
 * @param namespace of objects that name none
 */
export function byController(controller: ControllerService, namespace: string | undefined): Resealer {
  return async (object) => {
    const before = itemsOf(object);
    if (before.size === 0) return new Map();
    const headers = { 'content-type': 'application/json' };
    const body = emitJson(jsonInNamespace(object, namespace));
    const answer = await controller.ask({ method: 'POST', path: '/v1/rotate', headers, body });
    if (answer.status === 500 || answer.status === 413) throw resealErrors.REFUSED({ problem: problemOf(answer) });
    if (answer.status !== 200) throw cliErrors.CLUSTER_UNREACHABLE({ problem: problemOf(answer) });
    return freshIn(answer.body, before);
  };
}

/** What differs in the answer. Keys that came along, such as rendered templates, are left out: the file has its own template. */
function freshIn(body: Uint8Array, before: ReadonlyMap<string, string>): FreshItems {
  const fresh = new Map<string, string>();
  const after = answeredItems(body);
  for (const [key, item] of before) {
    const now: unknown = after.get(key);
    if (typeof now !== 'string') throw resealErrors.ANSWER({ problem: `it does not hold ${key}` });
    if (now === item) continue;
    let length: number;
    try {
      length = inspectItem(now).valueBytes;
    } catch (error) {
      if (!isSignetError(error)) throw error;
      throw resealErrors.ANSWER({ problem: `${key}: ${error.message}` }, { cause: error });
    }
    // Which value it holds nobody can see from outside, but a wrong length shows.
    if (length !== lengthOf(item)) throw resealErrors.ANSWER({ problem: `it holds another value for ${key}` });
    fresh.set(key, now);
  }
  return fresh;
}

/** Bytes of the value in an item of the file; undefined when it is no item, which the controller then could not open either. */
function lengthOf(item: string): number | undefined {
  try {
    return inspectItem(item).valueBytes;
  } catch {
    return undefined;
  }
}

function answeredItems(body: Uint8Array): ReadonlyMap<string, unknown> {
  let object: unknown;
  try {
    object = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw resealErrors.ANSWER({ problem: 'it is not JSON' });
  }
  const spec = (object as { readonly spec?: Readonly<Record<string, unknown>> } | null)?.spec ?? {};
  const items = spec['encryptedData'];
  return new Map([...Object.entries(typeof items === 'object' ? (items ?? {}) : {}), [legacyItem, spec['data']]]);
}

/** Opens with private keys and seals with a certificate, offline. What the certificate's own key opens stays as it is. */
export function byKeys(keyring: Keyring, certificate: SealingCertificate, namespace: string | undefined): Resealer {
  return async (object) => {
    const binding: Binding = {
      scope: scopeOf(Object.fromEntries(textsAt(child(object.tree, 'metadata'), 'annotations'))),
      namespace: object.namespace || (namespace ?? ''),
      name: object.name,
    };
    const items = itemsOf(object);
    if (items.size === 0) return new Map();
    checkBinding(binding);
    const fresh = new Map<string, string>();
    const failures = [];
    let tryFirst: KeyId = certificate.fingerprint;
    for (const [key, item] of items) {
      try {
        const { plaintext, keyId } = await keyring.open(item, binding, { tryFirst });
        tryFirst = keyId;
        if (keyId !== certificate.fingerprint) fresh.set(key, await seal(plaintext, certificate, binding));
        plaintext.fill(0);
      } catch (error) {
        if (!isSignetError(error)) throw error;
        failures.push(resealErrors.ITEM({ key, problem: error.message }, { cause: error }));
      }
    }
    if (failures.length > 0) throw new Refusals(failures);
    return fresh;
  };
}
