import { scopeOf } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import type { Io } from '../console/io.ts';
import { systemProblem, writeFileAtomic } from '../console/write-file.ts';
import { spliceMaps, spliceSource } from '../document/splice.ts';
import type { MapChange } from '../document/splice.ts';
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
 *
 * A file that holds YAML stays YAML and keeps every other byte, unless JSON is asked for. A file that holds JSON is written anew
 * in the format asked for, as kubeseal does.
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
  const added: Merged = { encryptedData: new Map(), labels: new Map(), annotations: new Map() };
  for (const secret of secrets) {
    if (secret.values.size === 0 && !flags.on('allow-empty-data')) throw kubesealErrors.EMPTY_DATA({});
    const placed = { ...secret, name: target.name, namespace: target.namespace };
    for (const [key, item] of itemsOf(await sealedManifest(placed, scope, certificate))) added.encryptedData.set(key, item);
    for (const [key, value] of secret.labels) added.labels.set(key, value);
    for (const [key, value] of secret.annotations) if (!isScopeMark(key)) added.annotations.set(key, value);
  }
  const yaml = target.piece.kind === 'yaml' && !(flags.given('format') && format === 'json');
  const text = yaml ? splicedText(target, added) : objectsText([mergedObject(target, added)], format);
  await writeFileAtomic(file, text);
}

function splicedText({ source, piece }: SealedDocument, { encryptedData, labels, annotations }: Merged): string {
  const changes: MapChange[] = [
    { path: ['spec', 'encryptedData'], entries: encryptedData },
    { path: ['spec', 'template', 'metadata', 'labels'], entries: labels },
    { path: ['spec', 'template', 'metadata', 'annotations'], entries: annotations },
  ];
  return spliceSource(source, new Map([[piece, spliceMaps(source, piece, changes)]]));
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

function itemsOf(manifest: ReadonlyMap<string, Json>): ReadonlyMap<string, string> {
  const spec = manifest.get('spec') as ReadonlyMap<string, Json>;
  return spec.get('encryptedData') as ReadonlyMap<string, string>;
}

/** What is put into the file. */
interface Merged {
  readonly encryptedData: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly annotations: Map<string, string>;
}

function mergedObject(target: SealedDocument, added: Merged): Json {
  const encryptedData = new Map([...target.encryptedData, ...added.encryptedData]);
  const labels = new Map([...textsAt(target.templateMetadata, 'labels'), ...added.labels]);
  const annotations = new Map([...textsAt(target.templateMetadata, 'annotations'), ...added.annotations]);
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
