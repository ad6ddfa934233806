import { catalogue } from '@signet/errors';
import type { Catalogue } from '@signet/errors';

interface At {
  readonly file: string;
  readonly because: string;
}

const entries = {
  UNSAFE: {
    says: ({ file, because }: At): string => `${file} is not safe to use as a key ring: ${because}`,
    why: 'Who can read the key ring can read every secret of the cluster; who can change it can make all of them unreadable.',
    next: 'chmod 0600 the file, chown it to the user of signet-kms, and put it into a directory that only this user can write.',
  },
  UNREADABLE: {
    says: ({ file, because }: At): string => `the key ring ${file} cannot be read: ${because}`,
    why: 'The file is not there, or is not a key ring.',
    next: 'Make one with `signet-kms key create`, or restore it from its backup. A new ring cannot open what another one has encrypted.',
  },
  EXISTS: {
    says: ({ file }: { file: string }): string => `${file} exists already`,
    why: 'A key ring is never overwritten: what its keys have encrypted would be lost.',
    next: 'Choose another file, or add a key to this ring with `signet-kms key rotate`.',
  },
  LOCKED: {
    says: ({ file }: { file: string }): string => `${file} is being changed by somebody else`,
    why: 'Another rotation is under way, or was killed before it ended.',
    next: 'Wait for it. When none is running, remove the file with `.lock` at its end.',
  },
  NOT_WRITTEN: {
    says: ({ file, because }: At): string => `the key ring ${file} was not written: ${because}`,
    why: 'The directory does not exist, is not writable, or the disk is full. What was there before is unchanged.',
    next: 'Mend the cause and try again.',
  },
};

/** Errors of key rings on disk. */
export const localErrors: Catalogue<typeof entries> = catalogue('SIGNET_LOCAL', entries);
