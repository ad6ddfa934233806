import { readSecretStore, secretStoreProblems } from '@signet/api';
import { providers } from '@signet/controller/external-secret';
import { finding } from '../../check/finding.ts';
import { shownPart } from '../../check/schema.ts';
import type { Finding } from '../../check/finding.ts';
import { plainOf } from '../../document/tree.ts';
import type { ExternalKind } from '../../manifests/external-kind.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { externalCheckErrors } from './errors.ts';
import { problemAt } from './external-secret.ts';
import { fieldText, findingAt, pathOf, placeAtOffset, treeAt } from './placing.ts';
import { suggest } from './suggest.ts';

/** What the API server, the controller and the provider say of a store by itself. */
export async function checkStore(object: ManifestObject, kind: Exclude<ExternalKind, 'ExternalSecret'>): Promise<Finding[]> {
  const plain = plainOf(object.tree);
  const refused = secretStoreProblems(plain).map(({ path, message }) => problemAt(object, path, message));
  const { provider } = readSecretStore(plain).spec;
  const [name, ...more] = Object.keys(provider);
  if (name === undefined || more.length > 0) return refused;
  if (!providers.names.includes(name)) {
    const hint = suggest(name, providers.names);
    const error = externalCheckErrors.PROVIDER_UNSUPPORTED({ provider: shownPart(name), hint, supported: providers.names });
    const { tree } = treeAt(object.tree, ['spec', 'provider']);
    const at = (tree.kind === 'map' ? tree.entries.get(name)?.at : undefined) ?? tree.at;
    return [...refused, finding('warning', error, placeAtOffset(object, at, fieldText(['spec', 'provider', name])))];
  }
  const namespace = kind === 'ClusterSecretStore' ? undefined : object.namespace;
  const problems = await providers.problems(provider, { kind, name: object.name, namespace });
  return [
    ...refused,
    ...problems.map(({ field, message }) => {
      const path = ['spec', 'provider', ...pathOf(field)];
      return findingAt('error', externalCheckErrors.PROVIDER({ field: fieldText(path), problem: message }), object, path);
    }),
  ];
}
