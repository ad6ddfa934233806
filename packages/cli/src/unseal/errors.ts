import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  ITEM: {
    says: (c: { key: string; problem: string }): string => `${c.key}: ${c.problem}`,
    why: 'None of the given keys opens the item under the name, namespace and scope of its object, or its template could not be rendered. A Secret is written whole or not at all.',
    next: 'pass every key of the backup with --key; --keep-going writes the Secrets that could be opened',
  },
  ELSEWHERE: {
    says: (c: { key: string; scope: string; namespace: string; name: string }): string =>
      `${c.key}: it opens as a ${c.scope} item of ${c.namespace}/${c.name}, which is not where it stands`,
    why: 'The item was sealed for another scope, name or namespace than its object has now, so the cluster does not open it either.',
    next: 'put name, namespace and scope annotations back as they were when it was sealed',
  },
  LEGACY: {
    says: (): string => 'spec.data does not hold a Secret',
    why: 'Objects from before sealed-secrets 0.7 hold one item, and what is sealed in it is a Secret in JSON. This one opened, but holds something else.',
    next: 'open it by itself: signet unseal --raw',
  },
  NOTHING: {
    says: (): string => 'there is no SealedSecret in the input',
    why: 'Only SealedSecrets can be opened; everything else is left out.',
    next: 'name the files or folders that hold them; for one bare item: --raw',
  },
  NO_KEY: {
    says: (): string => 'no private key is given',
    why: 'Opening offline needs the private keys of the cluster, from a backup.',
    next: 'pass --key FILE for each: PEM, or the exported key Secrets as YAML or JSON',
    exit: 2,
  },
  TERMINAL: {
    says: (): string => 'the opened values would be shown on this terminal',
    why: 'What a terminal shows stays in its scrollback, in recordings and in shared screens.',
    next: 'write them to a file that only you can read: -w FILE or --output-dir FOLDER; or show them all the same: --force',
    exit: 2,
  },
  UNSAFE_NAME: {
    says: (): string => 'its name or namespace is not one of Kubernetes, so no file is named after it',
    why: 'Files of --output-dir are named after the objects. A name with slashes or dots could lead out of the folder.',
    next: 'correct the name, or write one stream: -w FILE',
  },
  SAME_FILE: {
    says: (c: { name: string }): string => `two SealedSecrets are called ${JSON.stringify(c.name)}`,
    why: 'Files of --output-dir are named after the objects, and one would replace the other.',
    next: 'name only the files of one cluster, or write one stream: -w FILE',
  },
};

/** Errors of `signet unseal`. They name keys and places, never a value. */
export const unsealErrors: Catalogue<typeof entries> = catalogue('SIGNET_UNSEAL', entries);
