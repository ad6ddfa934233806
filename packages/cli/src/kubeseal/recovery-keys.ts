import { fromBase64, openingKey } from '@signet/sealing';
import type { KeyringEntry, SealingCertificate } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import { systemProblem } from '../console/write-file.ts';
import { readDocument } from '../document/read-document.ts';
import { sourceOf } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { child, stringAt } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import { kubesealErrors } from './messages.ts';

/**
 * Reads private keys for recovery: PEM files, or Secrets and Lists of them as JSON or YAML with the key under `tls.key`.
 *
 * @throws SIGNET_KUBESEAL_OPEN, SIGNET_KUBESEAL_NO_TLS_KEY, and the errors of keys
 */
export async function recoveryKeys(files: readonly string[]): Promise<KeyringEntry[]> {
  return keysIn(await Promise.all(files.map(async (name) => ({ name, bytes: await read(name) }))));
}

/** A file that was read. */
export interface KeyFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The private keys that files hold, as {@link recoveryKeys} reads them. */
export async function keysIn(files: readonly KeyFile[]): Promise<KeyringEntry[]> {
  const pems = files.flatMap(({ name, bytes }) => pemsOf(name, bytes));
  return Promise.all(
    pems.map(async (pem) => {
      const key = await openingKey(pem);
      return { key, certificate: opensOnly(key.id), orderedAt: new Date(0) };
    }),
  );
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw kubesealErrors.OPEN({ file, problem: systemProblem(error) }, { cause: error });
  }
}

function pemsOf(file: string, bytes: Uint8Array): Uint8Array[] {
  if (Buffer.from(bytes).includes('-----BEGIN ')) return [bytes];
  const source = sourceOf(file, bytes);
  return splitStream(source.text)
    .filter(({ kind }) => kind === 'yaml' || kind === 'json')
    .flatMap((piece) => secretsOf(readDocument(source, piece).tree))
    .map((secret) => {
      const encoded = stringAt(child(secret, 'data'), 'tls.key');
      const plain = stringAt(child(secret, 'stringData'), 'tls.key');
      if (encoded === undefined && plain === undefined) throw kubesealErrors.NO_TLS_KEY({});
      return plain === undefined ? fromBase64(encoded ?? '') : new TextEncoder().encode(plain);
    });
}

function secretsOf(tree: Tree): readonly Tree[] {
  const items = child(tree, 'items');
  return items?.kind === 'list' ? items.items : [tree];
}

/** Stands where a keyring keeps the certificate it would seal with. Recovery only opens. */
function opensOnly(id: string): SealingCertificate {
  const none = (): never => {
    throw new Error('a recovery key does not seal');
  };
  return {
    pem: '',
    notBefore: new Date(0),
    notAfter: new Date(0),
    modulusBits: 0,
    fingerprint: id,
    get publicKey() {
      return none();
    },
    get rsa() {
      return none();
    },
  };
}
