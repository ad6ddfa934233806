import { duplicates } from '../../check/duplicates.ts';
import { checkErrors } from '../../check/errors.ts';
import { finding } from '../../check/finding.ts';
import type { Finding } from '../../check/finding.ts';
import { checkMetadata } from '../../check/schema.ts';
import type { Wrong } from '../../check/schema.ts';
import { child, stringAt } from '../../document/tree.ts';
import { externalKindOf } from '../../manifests/external-kind.ts';
import type { ExternalKind } from '../../manifests/external-kind.ts';
import { isLabel, isSubdomain } from '../../secret/bind.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { checkExternalSecret } from './external-secret.ts';
import { placeAtOffset } from './placing.ts';
import { checkReferences } from './references.ts';
import { checkStore } from './secret-store.ts';
import { checkTemplates } from './templates.ts';
import { unknownFields } from './unknown-fields.ts';

/** Objects of one run. */
export interface ExternalObjects {
  /** ExternalSecrets, SecretStores, ClusterSecretStores. */
  readonly objects: readonly ManifestObject[];
  /** ConfigMaps that `templateFrom` may name. */
  readonly configMaps: readonly ManifestObject[];
}

/** Checks objects of `external-secrets.io`, each by itself and all together. Never throws, whatever they hold, and asks nobody. */
export async function checkExternal({ objects, configMaps }: ExternalObjects): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const object of objects) {
    const kind = externalKindOf(object.tree);
    if (!kind) continue;
    findings.push(...common(object, kind), ...unknownFields(object, kind));
    if (kind === 'ExternalSecret') findings.push(...checkExternalSecret(object), ...checkTemplates(object, configMaps));
    else findings.push(...(await checkStore(object, kind)));
  }
  return [...findings, ...checkReferences(objects), ...duplicates(objects)];
}

const versions: ReadonlySet<string> = new Set(['external-secrets.io/v1', 'external-secrets.io/v1beta1']);

function common(object: ManifestObject, kind: ExternalKind): Finding[] {
  const findings: Finding[] = [];
  const wrong: Wrong = (field, problem, at) => {
    findings.push(finding('error', checkErrors.SCHEMA({ field, problem }), placeAtOffset(object, at, field)));
  };
  const { tree, name, namespace } = object;
  const metadata = child(tree, 'metadata');
  if (!versions.has(stringAt(tree, 'apiVersion') ?? ''))
    wrong(
      'apiVersion',
      `a ${kind} is of apiVersion external-secrets.io/v1 (v1beta1 means the same)`,
      child(tree, 'apiVersion')?.at ?? tree.at,
    );
  checkMetadata(object, wrong);
  if (name === '' && !child(metadata, 'generateName')) wrong('metadata.name', 'it is missing', metadata?.at ?? tree.at);
  else if (name !== '' && !isSubdomain(name))
    wrong('metadata.name', 'this is not a valid Kubernetes name', child(metadata, 'name')?.at ?? tree.at);
  if (namespace !== '' && !isLabel(namespace))
    wrong('metadata.namespace', 'this is not a valid Kubernetes name', child(metadata, 'namespace')?.at ?? tree.at);
  return findings;
}
