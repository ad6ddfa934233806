import type { ExternalSecret, GeneratorRef, StoreRef } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import { templateSourcesOf } from './templates.ts';

/** Something whose change may matter to an ExternalSecret: its Secret, an object that holds templates, a store. */
export type Interest = `${'Target' | 'Template'}/${string}` | `SecretStore/${string}/${string}` | `ClusterSecretStore/${string}`;

/** The Secret of a name, as one that an ExternalSecret produces. */
export function targetInterest({ namespace, name }: ObjectKey): Interest {
  return `Target/${namespace}/${name}`;
}

/** The Secret or ConfigMap of a name, as one that holds templates. */
export function templateInterest(kind: 'Secret' | 'ConfigMap', { namespace, name }: ObjectKey): Interest {
  return `Template/${kind}/${namespace}/${name}`;
}

/** A store as an ExternalSecret of this namespace refers to it. */
export function storeInterest({ kind, name }: StoreRef, namespace: string): Interest {
  return kind === 'ClusterSecretStore' ? `ClusterSecretStore/${name}` : `SecretStore/${namespace}/${name}`;
}

/** The stores and generators an ExternalSecret takes values from, each once. */
export function sourcesOf({ spec }: ExternalSecret): {
  readonly stores: readonly StoreRef[];
  readonly generators: readonly GeneratorRef[];
} {
  const stores = new Map<string, StoreRef>();
  const generators: GeneratorRef[] = [];
  for (const { sourceRef } of [...spec.dataFrom, ...spec.data]) {
    if (sourceRef?.generatorRef) generators.push(sourceRef.generatorRef);
    const store = sourceRef?.storeRef ?? (sourceRef?.generatorRef ? undefined : spec.secretStoreRef);
    if (store) stores.set(`${store.kind}/${store.name}`, store);
  }
  return { stores: [...stores.values()], generators };
}

/** The Secret an ExternalSecret produces. */
export function targetOf({ metadata: { namespace }, spec }: ExternalSecret): ObjectKey {
  return { namespace, name: spec.target.name };
}

/** Who is interested in what, so that a change wakes those it concerns and nobody else. */
export class Interests {
  readonly #of = new Map<string, readonly Interest[]>();
  readonly #who = new Map<Interest, Map<string, ObjectKey>>();

  /** What an ExternalSecret is interested in from now on. */
  set(es: ExternalSecret): void {
    const { namespace, name } = es.metadata;
    this.forget({ namespace, name });
    const key = keyText({ namespace, name });
    const all = new Set([
      targetInterest(targetOf(es)),
      ...templateSourcesOf(es).map(({ kind, name }) => templateInterest(kind, { namespace, name })),
      ...sourcesOf(es).stores.map((store) => storeInterest(store, namespace)),
    ]);
    this.#of.set(key, [...all]);
    for (const interest of all) {
      const who = this.#who.get(interest) ?? new Map<string, ObjectKey>();
      this.#who.set(interest, who.set(key, { namespace, name }));
    }
  }

  forget(key: ObjectKey): void {
    const text = keyText(key);
    for (const interest of this.#of.get(text) ?? []) {
      const who = this.#who.get(interest);
      who?.delete(text);
      if (who?.size === 0) this.#who.delete(interest);
    }
    this.#of.delete(text);
  }

  /** Those a change concerns. @param namespace only of this namespace; undefined: all */
  in(interest: Interest, namespace?: string): readonly ObjectKey[] {
    const who = [...(this.#who.get(interest)?.values() ?? [])];
    return namespace === undefined ? who : who.filter((key) => key.namespace === namespace);
  }
}
