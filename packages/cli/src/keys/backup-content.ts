import { keyLabel } from '@signet/controller/sealing-keys';
import type { Secret } from '@signet/kube/client';
import { fromBase64, toBase64 } from '@signet/sealing';
import { emitYaml } from '../document/emit-yaml.ts';
import { readDocument } from '../document/read-document.ts';
import { sourceOf } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { child, stringAt } from '../document/tree.ts';
import type { Json, Tree } from '../document/tree.ts';
import { refusalsOf } from '../errors.ts';
import { keysErrors } from './errors.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What a backup holds: a v1 List of the key Secrets as YAML, which `kubectl apply -f -` and `kubeseal --recovery-private-key` take
 * as it is. What belongs to one cluster only (uid, resourceVersion, owners) is left out.
 *
 * @param about comment lines above it
 */
export function backupText(keys: readonly Secret[], about: readonly string[]): string {
  const items = keys.map((secret): Json => {
    const { name = '', namespace = '', labels = {}, annotations = {} } = secret.metadata;
    const notes = Object.entries(annotations).filter(([key]) => key !== lastApplied);
    const metadata = new Map<string, Json>([
      ['name', name],
      ['namespace', namespace],
    ]);
    if (Object.keys(labels).length > 0) metadata.set('labels', new Map(Object.entries(labels)));
    if (notes.length > 0) metadata.set('annotations', new Map(notes));
    return new Map<string, Json>([
      ['apiVersion', 'v1'],
      ['kind', 'Secret'],
      ['metadata', metadata],
      ['type', secret.type ?? 'kubernetes.io/tls'],
      ['data', new Map(fields.map((field) => [field, secret.data?.[field] ?? '']))],
    ]);
  });
  const list = new Map<string, Json>([
    ['apiVersion', 'v1'],
    ['kind', 'List'],
    ['items', items],
  ]);
  return about.map((line) => `# ${line}\n`).join('') + emitYaml(list);
}

const fields = ['tls.key', 'tls.crt'] as const;

/**
 * The key Secrets of a backup, or of what `kubectl get secrets -o yaml` prints: names, labels, annotations and the pair, nothing else.
 *
 * @throws SIGNET_KEYS_NOT_A_BACKUP; never with a part of the text
 */
export function readBackupText(bytes: Uint8Array, file: string): Secret[] {
  const refuse = (problem: string): never => {
    throw keysErrors.NOT_A_BACKUP({ file, problem });
  };
  let trees: Tree[] = [];
  try {
    const source = sourceOf(file, bytes);
    trees = splitStream(source.text)
      .filter(({ kind }) => kind === 'yaml' || kind === 'json')
      .map((piece) => readDocument(source, piece).tree);
  } catch (error) {
    // Only the words: the place would name a line of the decrypted text.
    return refuse(refusalsOf(error)[0]?.message ?? '');
  }
  const items = trees.flatMap((tree) => {
    const list = child(tree, 'items');
    return list?.kind === 'list' ? list.items : [tree];
  });
  const keys = items.map((item, at) => secretOf(item) ?? refuse(`object ${at + 1} is not a Secret with tls.key and tls.crt`));
  return keys.length > 0 ? keys : refuse('it holds no Secret');
}

function secretOf(tree: Tree): Secret | undefined {
  const metadata = child(tree, 'metadata');
  const name = stringAt(metadata, 'name');
  const [key, certificate] = fields.map((field) => fieldOf(tree, field));
  if (stringAt(tree, 'kind') !== 'Secret' || name === undefined || key === undefined || certificate === undefined) return undefined;
  const namespace = stringAt(metadata, 'namespace');
  const annotations = stringsOf(child(metadata, 'annotations'));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: stringsOf(child(metadata, 'labels')),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.key': key, 'tls.crt': certificate },
  };
}

/** As base64, also of what stands under stringData. */
function fieldOf(tree: Tree, field: string): string | undefined {
  const plain = stringAt(child(tree, 'stringData'), field);
  if (plain !== undefined) return toBase64(new TextEncoder().encode(plain));
  const encoded = stringAt(child(tree, 'data'), field)?.replaceAll(/\s/g, '');
  try {
    return encoded === undefined ? undefined : toBase64(fromBase64(encoded));
  } catch {
    return undefined;
  }
}

function stringsOf(tree: Tree | undefined): Record<string, string> {
  if (tree?.kind !== 'map') return {};
  const pairs = [...tree.entries.keys()].map((key) => [key, stringAt(tree, key)] as const);
  return Object.fromEntries(pairs.filter(([key, value]) => value !== undefined && key !== lastApplied)) as Record<string, string>;
}

/** True for a Secret that a controller would take up wherever its name is. */
export function isLabelled({ metadata }: Secret): boolean {
  return Object.hasOwn(metadata.labels ?? {}, keyLabel);
}
