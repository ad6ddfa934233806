import { readExternalSecret, readSecretStore } from '@signet/api';
import type { ExternalSecret, StoreKind, StoreRef } from '@signet/api';
import { mayUse } from '@signet/controller/external-secret';
import { shownPart } from '../../check/schema.ts';
import type { Finding, Severity } from '../../check/finding.ts';
import { plainOf } from '../../document/tree.ts';
import { externalKindOf } from '../../manifests/external-kind.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { externalCheckErrors } from './errors.ts';
import { fieldText, findingAt } from './placing.ts';
import type { Path } from './placing.ts';
import { suggest } from './suggest.ts';

interface Store {
  readonly kind: StoreKind;
  readonly name: string;
  readonly namespace: string;
  readonly object: ManifestObject;
}

/** What objects of the same files say of each other: stores that are named, and Secrets that two of them make. */
export function checkReferences(objects: readonly ManifestObject[]): Finding[] {
  const stores: Store[] = [];
  const secrets: { readonly object: ManifestObject; readonly es: ExternalSecret }[] = [];
  for (const object of objects) {
    const kind = externalKindOf(object.tree);
    if (kind === 'ExternalSecret') secrets.push({ object, es: readExternalSecret(plainOf(object.tree)) });
    else if (kind)
      stores.push({ kind, name: object.name, namespace: kind === 'ClusterSecretStore' ? '' : object.namespace, object });
  }
  return [
    ...secrets.flatMap(({ object, es }) => storeRefs(es).flatMap(({ ref, path }) => checkRef(object, { ref, path }, stores))),
    ...targetsTwice(secrets),
  ];
}

interface PlacedRef {
  readonly ref: StoreRef;
  readonly path: Path;
}

/** Every store that an ExternalSecret names, and where. */
function storeRefs({ spec }: ExternalSecret): PlacedRef[] {
  const own = (items: readonly { readonly sourceRef?: { readonly storeRef?: StoreRef } }[], list: string): PlacedRef[] =>
    items.flatMap(({ sourceRef }, at) =>
      sourceRef?.storeRef ? [{ ref: sourceRef.storeRef, path: ['spec', list, at, 'sourceRef', 'storeRef'] }] : [],
    );
  const common: PlacedRef[] = spec.secretStoreRef ? [{ ref: spec.secretStoreRef, path: ['spec', 'secretStoreRef'] }] : [];
  return [...common, ...own(spec.data, 'data'), ...own(spec.dataFrom, 'dataFrom')].filter(({ ref }) => ref.name !== '');
}

function checkRef(object: ManifestObject, { ref, path }: PlacedRef, stores: readonly Store[]): Finding[] {
  const { namespace } = object;
  const found = stores.find(
    (store) =>
      store.kind === ref.kind &&
      store.name === ref.name &&
      (store.namespace === namespace || store.namespace === '' || namespace === ''),
  );
  if (found) return denied(object, path, found);
  const near = nearest(object, ref, stores);
  if (!near) return [];
  const error = externalCheckErrors.STORE_REFERENCE({
    field: fieldText(path),
    kind: ref.kind,
    name: shownPart(ref.name),
    problem: near.problem,
  });
  return [findingAt(near.severity, error, object, path)];
}

/** Why a store is not among the files: a mistake that can be seen, or just another place, which is no more than a note. */
function nearest(
  { namespace }: ManifestObject,
  ref: StoreRef,
  stores: readonly Store[],
): { readonly severity: Severity; readonly problem: string } | undefined {
  const otherKind = stores.find(
    ({ kind, name, namespace: own }) => kind !== ref.kind && name === ref.name && (own === '' || own === namespace),
  );
  if (otherKind)
    return { severity: 'warning', problem: `but in these files it is a ${otherKind.kind}: say kind: ${otherKind.kind}` };
  const elsewhere = stores.find(({ kind, name }) => kind === ref.kind && name === ref.name);
  if (elsewhere) {
    const problem = `but in these files that is in namespace ${JSON.stringify(elsewhere.namespace)}, not in ${JSON.stringify(namespace)}`;
    return { severity: 'warning', problem };
  }
  const reachable = stores.filter(({ kind, namespace: own }) => kind === ref.kind && (own === '' || own === namespace));
  const meant = suggest(
    ref.name,
    reachable.map(({ name }) => name),
  );
  if (meant !== undefined)
    return { severity: 'warning', problem: `which is not in these files; did you mean ${JSON.stringify(meant)}?` };
  return stores.length > 0 ? { severity: 'note', problem: 'which is not in these files' } : undefined;
}

/** A cluster store whose conditions cannot fit, as far as a namespace's name tells: labels are the cluster's affair. */
function denied(object: ManifestObject, path: Path, { kind, name, object: store }: Store): Finding[] {
  const { namespace } = object;
  const { conditions } = readSecretStore(plainOf(store.tree)).spec;
  if (kind !== 'ClusterSecretStore' || namespace === '' || conditions.some(({ namespaceSelector }) => namespaceSelector)) return [];
  if (mayUse(conditions, { name: namespace, labels: {} })) return [];
  return [
    findingAt('error', externalCheckErrors.STORE_DENIED({ store: shownPart(name), namespace: shownPart(namespace) }), object, path),
  ];
}

/** Two that both want to own one Secret. */
function targetsTwice(secrets: readonly { readonly object: ManifestObject; readonly es: ExternalSecret }[]): Finding[] {
  const first = new Map<string, ManifestObject>();
  return secrets.flatMap(({ object, es }) => {
    const { name, creationPolicy, manifest } = es.spec.target;
    if (name === '' || creationPolicy !== 'Owner' || manifest) return [];
    const id = `${object.namespace}/${name}`;
    const before = first.get(id);
    if (!before || before.name === object.name) {
      first.set(id, object);
      return [];
    }
    const { file = '', line = 1 } = before.place();
    const where = before.source === object.source ? `line ${line}` : `${file}:${line}`;
    const other = `ExternalSecret ${JSON.stringify(before.name)} (${where})`;
    const path: Path = es.spec.target.name === object.name ? ['metadata', 'name'] : ['spec', 'target', 'name'];
    return [findingAt('error', externalCheckErrors.TARGET_TWICE({ secret: shownPart(name), other }), object, path)];
  });
}
