import { scopeOf } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import type { Io } from '../console/io.ts';
import { systemProblem, writeFileAtomic } from '../console/write-file.ts';
import type { Json } from '../document/tree.ts';
import { sortedByBytes } from '../secret/read-secret.ts';
import { sealedManifest } from '../secret/sealed-manifest.ts';
import { currentCertificate } from './certificate.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { metadataOrder, objectOrder, ordered, specOrder, templateOrder } from './object-order.ts';
import { objectsText, outputFormat } from './output.ts';
import { readSecrets, secretBytes } from './seal-mode.ts';
import { readSealedDocument, textsAt } from './sealed-document.ts';
import type { SealedDocument } from './sealed-document.ts';

/**
 * `kubeseal --merge-into FILE`: seals the input for the place of FILE and puts its items, labels and annotations into FILE.
 * All items of an object share one scope, so the new ones are sealed with that of FILE, whatever the input says; a `--scope`
 * that contradicts FILE is refused, because its items could never be opened there.
 */
export async function mergeMode(flags: KubesealFlags, io: Io): Promise<void> {
  const format = outputFormat(flags);
  const certificate = await currentCertificate(flags, io);
  const file = flags.text('merge-into');
  const bytes = await secretBytes(flags, io);
  const target = readSealedDocument(file, await read(file));
  const secrets = readSecrets(bytes);
  const scope = scopeOf(Object.fromEntries(target.annotations));
  if (flags.given('scope') && (flags.text('scope') || 'strict') !== scope) {
    throw kubesealErrors.MERGE_SCOPE({ file, scope, wanted: flags.text('scope') });
  }
  const encryptedData = new Map<string, Json>(target.encryptedData);
  const labels = textsAt(target.templateMetadata, 'labels');
  const annotations = textsAt(target.templateMetadata, 'annotations');
  for (const secret of secrets) {
    if (secret.values.size === 0 && !flags.on('allow-empty-data')) throw kubesealErrors.EMPTY_DATA({});
    const placed = { ...secret, name: target.name, namespace: target.namespace };
    for (const [key, item] of itemsOf(await sealedManifest(placed, scope, certificate))) encryptedData.set(key, item);
    for (const [key, value] of secret.labels) labels.set(key, value);
    for (const [key, value] of secret.annotations) if (!isScopeMark(key)) annotations.set(key, value);
  }
  const merged = mergedObject(target, { encryptedData, labels, annotations });
  await writeFileAtomic(file, objectsText([merged], format));
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw kubesealErrors.OPEN({ file, problem: systemProblem(error) }, { cause: error });
  }
}

/** A mark of another scope in the template would tell a reader something untrue about the object. */
function isScopeMark(key: string): boolean {
  return key === 'sealedsecrets.bitnami.com/cluster-wide' || key === 'sealedsecrets.bitnami.com/namespace-wide';
}

function itemsOf(manifest: ReadonlyMap<string, Json>): ReadonlyMap<string, Json> {
  const spec = manifest.get('spec') as ReadonlyMap<string, Json>;
  return spec.get('encryptedData') as ReadonlyMap<string, Json>;
}

interface Merged {
  readonly encryptedData: ReadonlyMap<string, Json>;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

function mergedObject(target: SealedDocument, { encryptedData, labels, annotations }: Merged): Json {
  const templateMetadata = ordered(target.templateMetadata, metadataOrder, [
    ['labels', labels.size > 0 ? new Map(sortedByBytes([...labels])) : undefined],
    ['annotations', annotations.size > 0 ? new Map(sortedByBytes([...annotations])) : undefined],
  ]);
  const template = ordered(target.template, templateOrder, [['metadata', templateMetadata]]);
  const spec = target.tree.entries.get('spec')?.value;
  return ordered(target.tree, objectOrder, [
    ['metadata', ordered(target.metadata, metadataOrder, [])],
    [
      'spec',
      ordered(spec?.kind === 'map' ? spec : undefined, specOrder, [
        ['template', template],
        ['encryptedData', new Map(sortedByBytes([...encryptedData]))],
      ]),
    ],
  ]);
}
