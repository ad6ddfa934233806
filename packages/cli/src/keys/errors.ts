import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  NONE: {
    says: (c: { namespace: string }): string => `there is no sealing key in namespace "${c.namespace}"`,
    why: 'Sealing keys are Secrets in the namespace of the controller that carry the label sealedsecrets.bitnami.com/sealed-secrets-key.',
    next: 'pass --controller-namespace; kubectl get secrets -A -l sealedsecrets.bitnami.com/sealed-secrets-key shows where they are',
  },
  UNKNOWN: {
    says: (c: { wanted: string; namespace: string }): string =>
      `no sealing key in namespace "${c.namespace}" has the name or fingerprint ${JSON.stringify(c.wanted)}`,
    why: 'A key is named by its Secret, or by its whole fingerprint.',
    next: 'signet keys list',
  },
  NEWEST: {
    says: (c: { name: string }): string => `${c.name} is the newest key: the cluster seals with it`,
    why: 'Without it the controller would seal with an older key, or have none. What was sealed since it was made would not open any more.',
    next: 'signet keys renew, then signet reseal what is in git, then retire the key',
  },
  NOT_CONFIRMED: {
    says: (c: { what: string }): string => `${c.what} was not confirmed`,
    why: 'What cannot be undone by running a command again is asked for first; where nobody can answer, the command line has to say it.',
    next: 'answer y, or pass --yes',
  },
  NOT_SERVED: {
    says: (c: { name: string; seconds: number }): string =>
      `${c.name} is stored, but after ${c.seconds} s the controller still serves another certificate`,
    why: 'Signet takes up a new key within moments; older releases of sealed-secrets only when they start. Nothing is lost: the key is in the cluster.',
    next: 'restart the controller, or wait, and compare: signet cert show, signet keys list',
    exit: 3,
  },
  DURATION: {
    says: (c: { flag: string; text: string }): string => `${c.flag} ${JSON.stringify(c.text)} is not a time longer than nothing`,
    why: 'Times are written as Go writes them, in hours, minutes and seconds.',
    next: 'write for example 8760h for a year, or 90s',
    exit: 2,
  },
  FILE_EXISTS: {
    says: (c: { file: string }): string => `${c.file} is there already`,
    why: 'The file may be the only backup of keys that no cluster has any more.',
    next: 'choose another name, or pass --force',
  },
  UNSAFE_TARGET: {
    says: (c: { file: string; problem: string }): string => `${c.file} cannot hold a backup: ${c.problem}`,
    why: 'A backup is written whole, readable for its owner only, and read back; only a regular file allows that.',
    next: 'write to a file with -w, and copy it from there',
  },
  NOT_WRITTEN: {
    says: (c: { file: string; problem: string }): string => `${c.file} is not a good backup: ${c.problem}`,
    why: 'The file was read back after it was written, and does not hold what was put into it.',
    next: 'do not rely on the file; check the disk and repeat the backup',
  },
  NO_PASSPHRASE: {
    says: (): string => 'there is no passphrase, and nobody to ask for one',
    why: 'A passphrase is never an argument, because arguments are for everybody on the machine to see.',
    next: 'use a terminal, --passphrase-file FILE or SIGNET_PASSPHRASE; to encrypt for a public key: --recipient age1...',
  },
  PASSPHRASES_DIFFER: {
    says: (): string => 'the two passphrases differ',
    why: 'A backup with a mistyped passphrase opens for nobody.',
    next: 'run the command again',
  },
  PASSPHRASE_SHORT: {
    says: (c: { least: number }): string => `the passphrase has fewer than ${c.least} characters`,
    why: 'Whoever gets the file can try passphrases for as long as they like, on any number of machines.',
    next: 'use several random words, or a recipient (--recipient age1...)',
  },
  RECIPIENT: {
    says: (c: { source: string; problem: string }): string => `${c.source} ${c.problem}`,
    why: 'Recipients are public keys of age: age1 and 58 further letters and digits, one a line in a file. Those of SSH and of plugins are not read here.',
    next: 'age-keygen makes a key pair and prints the recipient',
  },
  IDENTITY: {
    says: (c: { file: string; line?: number }): string =>
      `${c.file}${c.line === undefined ? '' : `:${c.line}`} holds no identity of age`,
    why: 'An identity file has lines that begin with AGE-SECRET-KEY-1; blank lines and those with # are passed over. Those of plugins and encrypted ones are not read here.',
    next: 'pass the file that age-keygen wrote; to use another: age -d -i IDENTITY FILE | signet keys restore -',
  },
  NO_IDENTITY: {
    says: (c: { file: string }): string => `${c.file} is encrypted for a public key`,
    why: 'It opens with the private key that belongs to one of its recipients.',
    next: 'pass the identity file of age with -i',
  },
  CANNOT_OPEN: {
    says: (c: { file: string; with: 'passphrase' | 'identity' }): string =>
      `${c.file} does not open with this ${c.with}, or it is damaged`,
    why: 'Either the passphrase or identity is another one, or bytes of the file have changed.',
    next: 'try the right one; compare the file with another copy',
  },
  NOT_A_BACKUP: {
    says: (c: { file: string; problem: string }): string => `${c.file} is not a backup of sealing keys: ${c.problem}`,
    why: 'A backup is a List of Secrets with tls.key and tls.crt, as YAML or JSON, mostly encrypted with age.',
    next: 'signet keys backup makes one; so does: kubectl get secrets -n NAMESPACE -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml',
  },
  BROKEN_IN_BACKUP: {
    says: (c: { name: string; problem: string }): string =>
      `the key ${JSON.stringify(c.name)} of the backup cannot be used: ${c.problem}`,
    why: 'A key that cannot be read, or whose certificate belongs to another key, opens nothing.',
    next: 'take the key from another backup; the other keys of this one are not concerned',
  },
  SEVERAL_NAMESPACES: {
    says: (c: { namespaces: readonly string[] }): string =>
      `the backup has keys of several namespaces (${c.namespaces.join(', ')})`,
    why: 'Keys belong into the namespace of the controller that shall open with them.',
    next: 'pass --controller-namespace',
    exit: 2,
  },
  MISSING_IN_BACKUP: {
    says: (c: { fingerprint: string; source: string }): string =>
      `the backup does not hold the key ${c.fingerprint} of ${c.source}`,
    why: 'Should the cluster be lost, what was sealed for this key would not open any more.',
    next: 'signet keys backup, after each renewal',
  },
};

/** Errors of `signet keys`. Messages name Secrets, files and fingerprints, never key material. */
export const keysErrors: Catalogue<typeof entries> = catalogue('SIGNET_KEYS', entries);
