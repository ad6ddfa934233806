import { stat } from 'node:fs/promises';
import { isSignetError } from '@signet/errors';
import { inspectItem } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { emitJson } from '../document/emit-json.ts';
import { spliceItems, spliceSource } from '../document/splice.ts';
import type { Piece } from '../document/split.ts';
import { child, jsonOf, stringAt } from '../document/tree.ts';
import type { Json, MapTree, Tree } from '../document/tree.ts';
import type { ControllerService } from '../cluster/controller-service.ts';
import { askController } from './cluster.ts';
import { problemOf } from './controller-problem.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { metadataOrder, objectOrder, ordered, specOrder, templateOrder } from './object-order.ts';
import { objectsText, outputFormat, writeOutput } from './output.ts';
import { sortedByBytes } from '../secret/read-secret.ts';
import { secretBytes } from './seal-mode.ts';
import { textsAt } from './sealed-document.ts';
import { readSealedStream } from './sealed-stream.ts';
import type { SealedPiece } from './sealed-stream.ts';

/**
 * `kubeseal --re-encrypt`: has the controller seal the items of each document with its newest key. With `-f` and without `-w` the
 * file is rewritten; nothing is written unless every document came back. A YAML file stays as it is but for the items, unless `-o json`
 * asks for JSON.
 */
export async function reEncryptMode(flags: KubesealFlags, io: Io): Promise<void> {
  const format = outputFormat(flags);
  const file = flags.text('secret-file');
  const documents = readSealedStream(file || '<stdin>', await secretBytes(flags, io));
  const answers = await askController(flags, io, async (controller) => {
    const done: SealedParts[] = [];
    for (const { tree } of documents) done.push(await reEncrypted(tree, controller));
    return done;
  });
  const text = (): string =>
    objectsText(
      answers.map((parts, at) => objectOf(documents[at]?.tree, parts)),
      format,
    );
  const isInPlace = file !== '' && flags.text('sealed-secret-file') === '' && (await stat(file)).isFile(); // a pipe has no place
  if (!isInPlace) return writeOutput(text(), flags, io);
  const mayStay = !(flags.given('format') && format === 'json');
  await writeFileAtomic(file, (mayStay && splicedText(documents, answers)) || text());
}

/** The file with nothing changed but items; undefined where that cannot be: JSON, and objects from before v0.7. */
function splicedText(documents: readonly SealedPiece[], answers: readonly SealedParts[]): string | undefined {
  const texts = new Map<Piece, string>();
  for (const [at, { source, piece }] of documents.entries()) {
    const items = answers[at]?.get('encryptedData');
    if (piece.kind !== 'yaml' || answers[at]?.has('data') || !(items instanceof Map)) return undefined;
    texts.set(piece, spliceItems(source, piece, items as ReadonlyMap<string, string>));
  }
  const [first] = documents;
  return first && spliceSource(first.source, texts);
}

/** What an answer says of `spec.encryptedData`, and of `spec.data` where the object had it. */
type SealedParts = ReadonlyMap<string, Json>;

/** The sealed parts of one document as they came back; of the answer nothing else is taken. */
async function reEncrypted(tree: MapTree, { ask }: ControllerService): Promise<SealedParts> {
  const headers = { 'content-type': 'application/json' };
  const answer = await ask({ method: 'POST', path: '/v1/rotate', headers, body: emitJson(jsonOf(tree)) });
  if (answer.status !== 200) throw kubesealErrors.CANNOT_RE_ENCRYPT({ problem: problemOf(answer) });
  return new Map(itemsIn(answer.body, child(tree, 'spec')));
}

/** The document with these parts, in the order of Kubernetes' JSON. */
function objectOf(tree: MapTree | undefined, parts: SealedParts): Json {
  const spec = child(tree, 'spec');
  const template = child(spec, 'template');
  const templateMetadata = child(template, 'metadata');
  return ordered(tree, objectOrder, [
    ['kind', 'SealedSecret'],
    ['apiVersion', 'bitnami.com/v1alpha1'],
    ['metadata', fieldsIn(child(tree, 'metadata'), metadataOrder)],
    [
      'spec',
      ordered(spec?.kind === 'map' ? spec : undefined, specOrder, [
        [
          'template',
          template?.kind === 'map'
            ? ordered(template, templateOrder, [['metadata', fieldsIn(templateMetadata, metadataOrder)]])
            : undefined,
        ],
        ...parts,
      ]),
    ],
  ]);
}

function fieldsIn(tree: ReturnType<typeof child>, order: readonly string[]): Json | undefined {
  return tree?.kind === 'map' ? ordered(tree, order, []) : undefined;
}

/**
 * The sealed parts of the controller's answer. A controller is trusted to open values, not to change what a file says: an object keeps
 * the items it has, by their names and by the length of their values, and gets no others (sealed-secrets renders templates and sends
 * them along as items). Only where there was one item for all, in an object from before v0.7, there may be several now.
 *
 * @throws SIGNET_KUBESEAL_CANNOT_RE_ENCRYPT
 */
function itemsIn(body: Uint8Array, before: Tree | undefined): (readonly [string, Json])[] {
  let object: unknown;
  try {
    object = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw unusable('something else');
  }
  const { data = null, encryptedData } = (object as { readonly spec?: Readonly<Record<string, unknown>> } | null)?.spec ?? {};
  if (data !== null && typeof data !== 'string') throw unusable('something else');
  if (typeof encryptedData !== 'object' || encryptedData === null) throw unusable('something else');
  const entries = Object.entries(encryptedData);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) throw unusable('something else');
  if (stringAt(before, 'data') !== undefined)
    return [
      ['data', data],
      ['encryptedData', new Map(sortedByBytes(entries))],
    ];
  if (data !== null) throw unusable('something else');
  const items = textsAt(before, 'encryptedData');
  const answered = new Map(entries);
  const fresh = [...items].map(([key, item]) => [key, sameLength(key, item, answered.get(key))] as const);
  return [['encryptedData', new Map(sortedByBytes(fresh))]];
}

/** The new item in place of the old one. Which value it holds nobody can see from outside, but a wrong length shows. */
function sameLength(key: string, before: string, after: string | undefined): string {
  if (after === undefined) throw unusable(`an object without the item ${key}`);
  try {
    if (inspectItem(after).valueBytes === inspectItem(before).valueBytes) return after;
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw unusable(`${key}: ${error.message}`);
  }
  throw unusable(`another value for the item ${key}`);
}

function unusable(what: string): Error {
  return kubesealErrors.CANNOT_RE_ENCRYPT({ problem: `the controller answers with ${what}` });
}
