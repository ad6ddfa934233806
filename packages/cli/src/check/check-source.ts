import { stringAt } from '../document/tree.ts';
import type { Source } from '../document/source.ts';
import { refusalsOf } from '../errors.ts';
import { externalKindOf, looksExternal } from '../manifests/external-kind.ts';
import { documentsOf, isSealedSecret, looksLikeSecret, manifestObjects } from '../manifests/manifest-file.ts';
import type { ManifestDocument } from '../manifests/manifest-file.ts';
import { isSecretTree, secretsOf } from '../secret/find-secrets.ts';
import { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { appliedCopies, mayHoldSecret, plaintextSecret, strayPlaintext } from './plaintext.ts';
import { checkSealed } from './sealed-object.ts';
import type { Wanted } from './sealed-object.ts';

/** What was found in one input. */
export interface CheckedSource {
  readonly findings: readonly Finding[];
  readonly sealed: readonly ManifestObject[];
  /** Objects of `external-secrets.io`, which are checked all together. */
  readonly external: readonly ManifestObject[];
  readonly configMaps: readonly ManifestObject[];
  readonly documents: number;
}

/** Checks every document of an input. Never throws, whatever the text. */
export async function checkSource(source: Source, wanted: Wanted): Promise<CheckedSource> {
  const findings: Finding[] = [];
  const sealed: ManifestObject[] = [];
  const external: ManifestObject[] = [];
  const configMaps: ManifestObject[] = [];
  const onlyExternal = wanted.kinds === 'external';
  const documents = documentsOf(source);
  for (const document of documents) {
    findings.push(...unreadable(document, onlyExternal), ...(onlyExternal ? [] : unclear(document)));
    for (const object of manifestObjects(document)) {
      if (externalKindOf(object.tree)) external.push(object);
      if (object.kind === 'ConfigMap') configMaps.push(object);
      if (onlyExternal) continue;
      findings.push(...appliedCopies(object));
      if (isSecretTree(object.tree)) findings.push(...plaintextSecret(object));
      else if (isSealedSecret(object.tree)) {
        sealed.push(object);
        findings.push(...strayPlaintext(object), ...(await checkSealed(object, wanted)));
      } else if (stringAt(object.tree, 'kind') === 'SealedSecret') {
        const problem = 'a SealedSecret is of apiVersion bitnami.com/v1alpha1';
        findings.push(finding('error', checkErrors.SCHEMA({ field: 'apiVersion', problem }), object.place()));
      }
    }
  }
  return { findings, sealed, external, configMaps, documents: documents.length };
}

/** A document nobody can read matters when it looks like one of ours. */
function unreadable(document: ManifestDocument, onlyExternal: boolean): Finding[] {
  if (document.problems.length === 0) return [];
  const severity = looksExternal(document) || (!onlyExternal && looksLikeSecret(document)) ? 'warning' : 'note';
  return document.problems.map(({ message, at }) => finding(severity, checkErrors.UNREADABLE({ problem: message }), at ?? {}));
}

/** What `signet seal` would refuse to let pass, because it may hide a Secret. */
function unclear({ source, number, tree }: ManifestDocument): Finding[] {
  if (!tree) return [];
  try {
    secretsOf(tree);
    return [];
  } catch (error) {
    const found = mayHoldSecret(tree);
    if (!found) return [];
    const object = new ManifestObject(found.tree, { source, document: number });
    return refusalsOf(error).map(({ message }) =>
      finding(found.severity, checkErrors.UNCLEAR_SECRET({ problem: message }), object.place()),
    );
  }
}
