import { catalogue } from '@signet/errors';
import type { Catalogue } from '@signet/errors';

interface Because {
  readonly because: string;
}

const entries = {
  CONFIG: {
    says: ({ file, field, because }: { file: string; field: string; because: string }): string => `${file}: ${field}: ${because}`,
    why: 'The configuration file says something that signet-kms cannot do. A program that runs goes on with the last good one.',
    next: 'Mend the named field. `signet-kms preflight --config FILE` tells whether it is good.',
    exit: 2,
  },
  SOCKET: {
    says: ({ path, because }: { path: string } & Because): string => `cannot listen on ${path}: ${because}`,
    why: 'Who can connect to the socket can decrypt: it is made where only its owner and its group come to, and nothing that is in use is replaced.',
    next: 'Give the socket a directory of its own, mode 0750, owned by the user of signet-kms; stop the process that listens on it.',
  },
  LISTEN: {
    says: ({ address, because }: { address: string } & Because): string =>
      `cannot serve health and metrics on ${address}: ${because}`,
    why: 'The address is in use, or may not be used.',
    next: 'Choose another port with `http`.',
  },
  AUDIT: {
    says: ({ file, because }: { file: string } & Because): string => `the audit log ${file}: ${because}`,
    why: 'The file cannot be written or read, or is not an audit log.',
    next: 'Mend the cause. What is in the file is never changed.',
  },
  AUDIT_BROKEN: {
    says: ({ file, line, because }: { file: string; line: number } & Because): string => `${file}:${line}: ${because}`,
    why: 'A line was changed, removed, added or moved after it was written.',
    next: 'Treat the file as evidence: keep it, and compare it with copies that were made earlier.',
  },
  NOT_READY: {
    says: ({ what, because }: { what: string } & Because): string => `${what}: ${because}`,
    why: 'Something that signet-kms needs is not as it has to be.',
    next: 'Mend what is named. `signet-kms doctor` shows all checks.',
  },
  KEY_FAILS: {
    says: ({ what, because }: { what: string } & Because): string => `${what}: ${because}`,
    why: 'An API server that starts with this key would be able neither to write nor to read what is encrypted.',
    next: 'Mend the cause before EncryptionConfiguration names the plugin. `signet-kms doctor` shows all checks.',
    exit: 3,
  },
  UNREACHABLE: {
    says: ({ url, because }: { url: string } & Because): string => `signet-kms does not answer on ${url}: ${because}`,
    why: 'The program does not run, or serves health on another address.',
    next: 'Compare `http` of the configuration with the line `serving` of its log.',
  },
  BACKUP: {
    says: ({ file, because }: { file: string } & Because): string => `${file} is no backup of this key ring: ${because}`,
    why: 'What was encrypted with a key that is in no backup is lost together with the disk.',
    next: 'Copy the key ring again, to a place that is not backed up together with etcd.',
  },
};

/** Errors of the program signet-kms. */
export const kmsErrors: Catalogue<typeof entries> = catalogue('SIGNET_KMS', entries);
