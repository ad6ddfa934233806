import { scopeAnnotations, seal } from '@signet/sealing';
import type { Scope, SealingCertificate } from '@signet/sealing';
import type { Json } from '../document/tree.ts';
import type { PlainSecret } from './plain-secret.ts';
import { sortedByBytes } from './read-secret.ts';

/** A SealedSecret ready to be written: keys in the order Kubernetes' JSON encoder gives them. */
export type SealedManifest = ReadonlyMap<string, Json>;

/**
 * Seals every value of a Secret and builds its SealedSecret, as sealed-secrets v0.38 does: the object carries name,
 * namespace and scope annotation; everything else the produced Secret needs is in the template.
 *
 * @param secret name, namespace and annotations must be final: the values are bound to them
 */
export async function sealedManifest(secret: PlainSecret, scope: Scope, certificate: SealingCertificate): Promise<SealedManifest> {
  const binding = { scope, namespace: secret.namespace, name: secret.name };
  const sealed = await Promise.all(
    sortedByBytes([...secret.values]).map(async ([key, value]): Promise<[string, Json]> => [
      key,
      await seal(value, certificate, binding),
    ]),
  );
  return compact([
    ['kind', 'SealedSecret'],
    ['apiVersion', 'bitnami.com/v1alpha1'],
    [
      'metadata',
      compact([
        ['name', secret.name],
        ['namespace', orNothing(secret.namespace)],
        ['annotations', mapOrNothing(new Map(Object.entries(scopeAnnotations(scope))))],
      ]),
    ],
    [
      'spec',
      compact([
        [
          'template',
          compact([
            ['metadata', templateMetadata(secret)],
            ['type', orNothing(secret.type)],
            ['immutable', secret.immutable],
          ]),
        ],
        ['encryptedData', new Map(sealed)],
      ]),
    ],
  ]);
}

function templateMetadata(secret: PlainSecret): Json {
  return compact([
    ['name', secret.name],
    ['generateName', orNothing(secret.generateName)],
    ['namespace', orNothing(secret.namespace)],
    ['labels', mapOrNothing(secret.labels)],
    ['annotations', mapOrNothing(new Map(sortedByBytes([...secret.annotations])))],
    ['finalizers', secret.finalizers.length > 0 ? secret.finalizers : undefined],
    ['managedFields', secret.managedFields],
  ]);
}

function compact(entries: readonly (readonly [string, Json | undefined])[]): ReadonlyMap<string, Json> {
  return new Map(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

function orNothing(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function mapOrNothing(map: ReadonlyMap<string, string>): ReadonlyMap<string, Json> | undefined {
  return map.size > 0 ? map : undefined;
}
