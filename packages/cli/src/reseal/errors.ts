import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  ITEM: {
    says: (c: { key: string; problem: string }): string => `${c.key}: ${c.problem}`,
    why: 'None of the given keys opens the item. It may be on the newest key already, whose private key was not given, or be sealed for another cluster or place. The object stays as it is.',
    next: 'pass every private key with --key, that of the certificate too if you have it; or leave it to the controller: signet reseal without --key',
  },
  REFUSED: {
    says: (c: { problem: string }): string => `the controller does not reseal the object: ${c.problem}`,
    why: 'It seals an object again only when it can open every item of it. The object stays as it is.',
    next: 'signet check --cluster FILE; an object without a namespace needs --namespace',
  },
  ANSWER: {
    says: (c: { problem: string }): string => `the answer of the controller cannot be used: ${c.problem}`,
    why: 'Only sealed items under the same keys are taken from the answer. The object stays as it is.',
    next: 'check which version of the controller runs, and what stands between it and the API server',
  },
  CHANGED: {
    says: (c: { file: string }): string => `${c.file} was changed while its items were being resealed`,
    why: 'Writing it now would undo that change, so it stays as it is.',
    next: 'run signet reseal again',
  },
  SHARED: {
    says: (): string => 'an item of a list is not written as plain text of its own',
    why: 'An item in a list is changed only where it stands once, in one piece, so that nothing else of the file changes.',
    next: 'write the SealedSecret as a document of its own',
  },
  NOTHING: {
    says: (): string => 'there is no SealedSecret in the input',
    why: 'Only SealedSecrets can be resealed.',
    next: 'name the files or folders that hold them',
  },
};

/** Errors of `signet reseal`. They name keys and places, never a value. */
export const resealErrors: Catalogue<typeof entries> = catalogue('SIGNET_RESEAL', entries);
