import { isSignetError } from '@signet/errors';
import { Keyring, scopeOf, toBase64 } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { child, jsonOf, stringAt } from '../document/tree.ts';
import type { Json, Tree } from '../document/tree.ts';
import { sortedByBytes } from '../secret/read-secret.ts';
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
  await writeOutput(objectsText([secretOf(sealed, values)], format), flags, io);
}

/**
 * Opens every item and renders every template over them.
 *
 * @throws SIGNET_KUBESEAL_CANNOT_UNSEAL with all that fail, by message
 */
async function openAll(sealed: SealedDocument, keyring: Keyring, io: Io): Promise<Map<string, Json>> {
  const binding = { scope: scopeOf(Object.fromEntries(sealed.annotations)), namespace: sealed.namespace, name: sealed.name };
  const values = new Map<string, Uint8Array>();
  const failed = new Map<string, string[]>();
  const note = (key: string, { message }: Error): void => {
    failed.set(message, [...(failed.get(message) ?? []), key]);
  };
  for (const [key, item] of sealed.encryptedData) {
    try {
      values.set(key, (await keyring.open(item, binding)).plaintext);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      note(key, error);
    }
  }
  const templates = textsAt(sealed.template, 'data');
  if (templates.size > 0) {
    const { renderSealedSecretData } = await import('@signet/template'); // most objects have no template
    const now = (): number => io.now().getTime();
    // An item that did not open is not there; its own failure is told already, and templates may fail for reasons of their own.
    const of = { templates: Object.fromEntries(templates), values, surroundings: { now } };
    const { rendered, failures } = renderSealedSecretData(of);
    for (const { key, error } of failures) note(key, error);
    for (const [key, value] of rendered) values.set(key, value);
  }
  if (failed.size > 0) {
    const problem = [...failed].map(([message, keys]) => `${message} (${keys.join(', ')})`).join('\n');
    throw kubesealErrors.CANNOT_UNSEAL({ problem });
  }
  // As kubeseal prints it: an empty value is null.
  return new Map(sortedByBytes([...values].map(([key, value]) => [key, value.length === 0 ? null : toBase64(value)])));
}

/** The Secret that the controller would make, fields in the order of Kubernetes' JSON. */
function secretOf(sealed: SealedDocument, values: ReadonlyMap<string, Json>): Json {
  const { template, templateMetadata } = sealed;
  const owner: Json = new Map<string, Json>([
    ['apiVersion', 'bitnami.com/v1alpha1'],
    ['kind', 'SealedSecret'],
    ['name', sealed.name],
    ['uid', ''],
    ['controller', true],
  ]);
  const annotations = textsAt(templateMetadata, 'annotations');
  const ownerless = annotations.get('sealedsecrets.bitnami.com/skip-set-owner-references') === 'true';
  const labels = textsAt(templateMetadata, 'labels');
  const finalizers = child(templateMetadata, 'finalizers');
  const own = child(templateMetadata, 'ownerReferences');
  return withoutNothing([
    ['kind', 'Secret'],
    ['apiVersion', 'v1'],
    [
      'metadata',
      withoutNothing([
        ['name', sealed.name],
        ['namespace', sealed.namespace || undefined],
        ['labels', labels.size > 0 ? labels : undefined],
        ['annotations', annotations.size > 0 ? annotations : undefined],
        ['ownerReferences', ownerless ? jsonOrNothing(own) : [owner]],
        ['finalizers', jsonOrNothing(finalizers)],
      ]),
    ],
    ['immutable', jsonOrNothing(child(template, 'immutable'))],
    ['data', values.size > 0 ? values : undefined],
    ['type', stringAt(template, 'type') || undefined],
  ]);
}

function jsonOrNothing(tree: Tree | undefined): Json | undefined {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null) ? undefined : jsonOf(tree);
}

function withoutNothing(entries: readonly (readonly [string, Json | undefined])[]): ReadonlyMap<string, Json> {
  return new Map(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}
