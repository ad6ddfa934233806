import type { Secret } from '@signet/kube/client';
import { openingKey, readCertificate, verifyPair } from '@signet/sealing';
import type { KeyringEntry } from '@signet/sealing';
import { controllerErrors } from '../errors.ts';

/** Label of a sealing key's Secret; only the value `active` makes it one (sealed-secrets v0.38 behaviour). */
export const keyLabel = 'sealedsecrets.bitnami.com/sealed-secrets-key';

/** Where the sealing keys of a controller are. */
export interface KeyPlace {
  readonly namespace: string;
  /** Name of the unlabelled Secret that installations before v0.9 have. */
  readonly prefix: string;
}

/** True for a Secret that is a sealing key, was one, or would be taken for one: only people make and change those. */
export function isKeySecret({ metadata }: Secret, { namespace, prefix }: KeyPlace): boolean {
  return metadata.namespace === namespace && (metadata.name === prefix || Object.hasOwn(metadata.labels ?? {}, keyLabel));
}

/** Key Secrets, oldest first: of two keys of the same age the earlier Secret counts as the more recent. */
export function oldestFirst(keys: readonly Secret[]): Secret[] {
  const age = ({ metadata }: Secret): string => `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;
  return keys.toSorted((one, other) => (age(one) < age(other) ? -1 : 1));
}

/** What "most recent" means: NotBefore of the certificate, or the creation of the Secret. */
export type KeyOrder = 'CertNotBefore' | 'SecretCreationTimestamp';

/**
 * Reads one key pair out of its Secret: `tls.key` and the first certificate of `tls.crt`.
 *
 * @throws SIGNET_CONTROLLER_KEY_SECRET_INCOMPLETE, or what sealing says of a broken key or certificate, or of a pair whose
 * parts do not belong together
 */
export async function readKeySecret(secret: Secret, order: KeyOrder): Promise<KeyringEntry> {
  const keyPem = fieldOf(secret, 'tls.key');
  try {
    const certificate = readCertificate(fieldOf(secret, 'tls.crt'));
    verifyPair(certificate, keyPem);
    const created = secret.metadata.creationTimestamp;
    const orderedAt = order === 'CertNotBefore' || created === undefined ? certificate.notBefore : new Date(created);
    return { key: await openingKey(keyPem), certificate, orderedAt };
  } finally {
    keyPem.fill(0);
  }
}

/** The Secret that a new key pair is stored in. The key label cannot be overridden. */
export function keySecret(
  pair: { readonly privateKeyPem: string; readonly certificatePem: string },
  place: {
    readonly namespace: string;
    readonly prefix: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  },
): Secret {
  const { namespace, prefix, labels, annotations } = place;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace,
      generateName: prefix,
      labels: { ...labels, [keyLabel]: 'active' },
      ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.key': toBase64(pair.privateKeyPem), 'tls.crt': toBase64(pair.certificatePem) },
  };
}

function fieldOf(secret: Secret, field: string): Uint8Array {
  const text = secret.data?.[field];
  if (text === undefined || text === '')
    throw controllerErrors.KEY_SECRET_INCOMPLETE({ secret: secret.metadata.name ?? '', field });
  return Uint8Array.from(Buffer.from(text, 'base64')); // never a view into Node's shared pool: it is wiped
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
