import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  NO_OBJECT: {
    says: (c: { wanted: string }): string => `no SealedSecret${c.wanted} in the file`,
    why: 'A value is put into a SealedSecret that is there; its name, namespace and scope say what the value is sealed to.',
    next: 'check --document, --name and --namespace; a new SealedSecret is made by: signet seal',
  },
  WHICH_OBJECT: {
    says: (c: { found: readonly string[] }): string => `several SealedSecrets fit: ${c.found.join(', ')}`,
    why: 'The file holds several SealedSecrets, and only one of them is changed at a time.',
    next: 'choose one with --document NUMBER, or with --name and --namespace',
  },
  LEGACY: {
    says: (): string => 'the object holds its values in spec.data, all in one',
    why: 'SealedSecrets from before v0.7 hold one encrypted Secret; a single value cannot be changed in it.',
    next: 'let the controller unseal it, and seal the Secret again with: signet seal',
  },
  NO_KEY: {
    says: (c: { key: string }): string => `the object has no key ${JSON.stringify(c.key)}`,
    why: 'There is nothing to remove; the file is as it was.',
    next: 'check the spelling; keys are case-sensitive',
  },
  CHANGED_MEANWHILE: {
    says: (c: { file: string }): string => `${c.file} was changed by someone else in the meantime`,
    why: 'Writing now would undo the other change.',
    next: 'run the command again',
  },
  NO_MEMORY: {
    says: (): string => 'there is no memory-backed folder for the plaintext',
    why: 'What is edited is plaintext. It is kept in memory (tmpfs at /dev/shm or XDG_RUNTIME_DIR), because what was on a disk once can be found there later.',
    next: 'set single values with: signet set FILE KEY; or accept a file on disk with --allow-disk',
  },
  NO_EDITOR: {
    says: (): string => 'no editor is named',
    why: 'The editor is the command in SIGNET_EDITOR, VISUAL or EDITOR; there is none, and neither vim, vi nor nano is installed.',
    next: 'EDITOR=nano signet edit FILE',
    exit: 2,
  },
  EDITOR_FAILED: {
    says: (c: { problem: string }): string => `the editor ${c.problem}; nothing was changed`,
    why: 'An editor that ends with an error (:cq in vim) says that the edit shall not count.',
    next: 'check SIGNET_EDITOR, VISUAL or EDITOR, and edit again',
  },
  INTERRUPTED: {
    says: (): string => 'ended by a signal; nothing was changed',
    why: 'The plaintext was wiped.',
    next: 'edit again',
    exit: 130,
  },
  TEXT: {
    says: (c: { problem: string }): string => `the edited text cannot be used: ${c.problem}`,
    why: 'The text is one mapping of KEY: VALUE in YAML. A mistake here would seal something other than what was meant.',
    next: 'put the value in quotes; several lines: KEY: | and the lines indented below it; bytes: KEY: !!binary BASE64',
  },
  SEALED_MARK: {
    says: (c: { key: string }): string => `${JSON.stringify(c.key)} is <sealed>, and nothing is sealed under that key`,
    why: '<sealed> means that the value stays as it is. A key that is new, or was renamed, has none.',
    next: 'write its value; with --key the values of the object are shown and can be moved',
  },
};

/** Errors of `signet set` and `signet edit`. They name files, objects and keys, and never hold a value. */
export const editErrors: Catalogue<typeof entries> = catalogue('SIGNET_CLI_EDIT', entries);
