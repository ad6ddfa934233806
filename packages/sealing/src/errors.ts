import { catalogue } from '@signet/errors';
import type { Catalogue } from '@signet/errors';

const entries = {
  CANNOT_OPEN: {
    says: () => 'no key could decrypt secret',
    why: 'The item was sealed for another key, another name, namespace or scope, or it was changed afterwards. Which of these it is must not show: the difference would let an attacker decrypt by asking often enough.',
    next: 'Check metadata.name, metadata.namespace and the scope annotations, then seal the value again with the current certificate.',
  },
  BASE64: {
    says: (c: { offset: number }) => `illegal base64 data at input byte ${c.offset}`,
    why: 'A sealed item is one base64 text in the standard alphabet with padding; line breaks inside are ignored, nothing else is.',
    next: 'Restore the item from the output of the sealer, or seal the value again.',
  },
  MALFORMED: {
    says: (c: { length: number; needed: number }) => `a sealed item of ${c.length} bytes is too short: its parts need ${c.needed}`,
    why: 'An item is a two-byte length, that many bytes of wrapped session key, and a ciphertext that ends in a 16-byte tag.',
    next: 'Restore the item from the output of the sealer, or seal the value again.',
  },
  NEWER_FORMAT: {
    says: (c: { version: number }) => `sealed by a newer format (first byte ${c.version})`,
    why: 'The first byte of an item is the high byte of the length of an RSA ciphertext. From 8 up no RSA key is that long, and the byte marks formats that this version does not know.',
    next: 'Use the version of Signet that sealed the item, or a newer one.',
  },
  SCOPE: {
    says: () => 'must be one of: strict, namespace-wide, cluster-wide',
    why: 'The scope decides which parts of the place a value is bound to.',
    next: 'Use strict, namespace-wide or cluster-wide; an empty text means strict.',
  },
  BINDING: {
    says: (c: { scope: string; field: string }) => `cannot seal in ${c.scope} scope: the ${c.field} is empty or contains a slash`,
    why: 'A value bound to an incomplete place would open in places nobody meant.',
    next: 'Give the name and namespace of the Secret as the cluster will know them.',
  },
  CERT_MISSING: {
    says: () => 'data does not contain any valid RSA or ECDSA certificates',
    why: 'Sealing needs the PEM block CERTIFICATE of a sealing key, or the same certificate as DER.',
    next: 'signet cert fetch > pub.pem',
  },
  CERT_UNREADABLE: {
    says: (c: { because: string }) => `the certificate cannot be read: ${c.because}`,
    why: 'The text has a certificate block, but its content is not an X.509 certificate.',
    next: 'signet cert fetch > pub.pem',
  },
  CERT_NOT_RSA: {
    says: (c: { found: string }) => `expected RSA public key but found ${c.found}`,
    why: 'Items are sealed with RSA-OAEP; keys of other kinds cannot wrap a session key.',
    next: 'signet cert fetch > pub.pem',
  },
  KEY_MISSING: {
    says: () => 'data does not contain a valid RSA or ECDSA private key',
    why: 'Opening needs the PEM block RSA PRIVATE KEY (PKCS#1) or PRIVATE KEY (PKCS#8) of a sealing key, or the same as DER.',
    next: 'Export the key with: kubectl get secret -n kube-system -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml',
  },
  KEY_UNREADABLE: {
    says: (c: { because: string }) => `the private key cannot be read: ${c.because}`,
    why: 'The text has a private key block, but its content is not a working RSA private key.',
    next: 'Restore the key from a backup; a passphrase must be removed first, for example with openssl pkey.',
  },
  KEY_NOT_RSA: {
    says: () => 'private key is not an RSA key',
    why: 'Items are sealed with RSA-OAEP; keys of other kinds cannot open them.',
    next: 'Use an RSA key of 2048 bits or more.',
  },
  KEY_MISMATCH: {
    says: (c: { certificate: string; key: string }) =>
      `the certificate does not belong to the private key: ${c.certificate} is not ${c.key}`,
    why: 'Values sealed with this certificate could never be opened with this key.',
    next: 'Put the certificate and the key of one pair together again, or generate a new pair.',
  },
  KEY_SIZE: {
    says: (c: { bits: number }) => `a sealing key cannot have ${c.bits} bits: use 2048 to 16376 in steps of 8`,
    why: 'Shorter RSA keys can be broken, and longer ones do not fit into the format.',
    next: 'Use 4096 bits.',
  },
  VALIDITY: {
    says: (c: { field: string }) => `the certificate cannot be made: ${c.field} is out of range`,
    why: 'X.509 dates are whole seconds from the year 1950 to 9999, and a certificate ends after it begins.',
    next: 'Use a shorter time of validity, above zero.',
  },
};

/** Errors of sealing and opening. None carries a value, a key, or a hint about why an item did not open. */
export const sealingErrors: Catalogue<typeof entries> = catalogue('SIGNET_SEAL', entries);
