import { Keyring, scopeOf, toBase64 } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import type { Json } from '../document/tree.ts';
import { sortedByBytes } from '../secret/read-secret.ts';
import { openObject } from '../unseal/open-object.ts';
import { openedSecret } from '../unseal/opened-secret.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { objectsText, outputFormat, writeOutput } from './output.ts';
import { recoveryKeys } from './recovery-keys.ts';
import { secretBytes } from './seal-mode.ts';
import { readSealedDocument, textsAt } from './sealed-document.ts';
import type { SealedDocument } from './sealed-document.ts';

/** `kubeseal --recovery-unseal`: opens one SealedSecret offline, with private keys from a backup, and prints its Secret. */
export async function recoveryMode(flags: KubesealFlags, io: Io): Promise<void> {
  const format = outputFormat(flags);
  const keys = await recoveryKeys(flags.list('recovery-private-key'));
  const sealed = readSealedDocument(flags.text('secret-file') || '<stdin>', await secretBytes(flags, io));
  const values = await openAll(sealed, new Keyring(keys), io);
  await writeOutput(objectsText([openedSecret({ ...sealed, owner: ownerOf(sealed) }, values)], format), flags, io);
}

/**
 * The values of every item and template, as kubeseal prints them.
 *
 * @throws SIGNET_KUBESEAL_CANNOT_UNSEAL with all that fail, by message
 */
async function openAll(sealed: SealedDocument, keyring: Keyring, io: Io): Promise<Map<string, Json>> {
  const binding = { scope: scopeOf(Object.fromEntries(sealed.annotations)), namespace: sealed.namespace, name: sealed.name };
  const parts = { binding, items: sealed.encryptedData, templates: textsAt(sealed.template, 'data') };
  const { values, failures } = await openObject(parts, keyring, io.now());
  const failed = new Map<string, string[]>();
  for (const { key, error } of failures) failed.set(error.message, [...(failed.get(error.message) ?? []), key]);
  if (failed.size > 0) {
    const problem = [...failed].map(([message, keys]) => `${message} (${keys.join(', ')})`).join('\n');
    throw kubesealErrors.CANNOT_UNSEAL({ problem });
  }
  // As kubeseal prints it: an empty value is null.
  return new Map(sortedByBytes([...values].map(([key, value]) => [key, value.length === 0 ? null : toBase64(value)])));
}

/** The owner reference as kubeseal prints it, without the uid that only the cluster knows. */
function ownerOf({ name }: SealedDocument): Json {
  return new Map<string, Json>([
    ['apiVersion', 'bitnami.com/v1alpha1'],
    ['kind', 'SealedSecret'],
    ['name', name],
    ['uid', ''],
    ['controller', true],
  ]);
}
