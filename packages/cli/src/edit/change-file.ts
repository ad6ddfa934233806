import { readFile } from 'node:fs/promises';
import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { spliceItems, spliceSource } from '../document/splice.ts';
import { editErrors } from './errors.ts';
import type { SealedObject } from './sealed-object.ts';

/** What became of one key. */
export interface KeyChange {
  readonly key: string;
  readonly change: 'added' | 'replaced' | 'removed';
}

/** What shall happen with the new text of a file. */
export interface Output {
  /** Print the text and leave the file alone. */
  readonly stdout?: boolean | undefined;
  /** `json` tells what was done as one object on stdout. */
  readonly output?: string | undefined;
}

/**
 * Puts sealed items into the file of an object, or takes them out, and tells what it did. Every other byte of the file stays.
 *
 * @param items by key; undefined removes
 * @throws SIGNET_CLI_EDIT_CHANGED_MEANWHILE when the file is no longer what `object` was read from, SIGNET_CLI_FILE_UNWRITABLE,
 * and the errors of splicing
 */
export async function changeFile(
  object: SealedObject,
  items: ReadonlyMap<string, string | undefined>,
  wanted: Output,
  io: Io,
): Promise<void> {
  const { source, piece, path } = object;
  const text = spliceSource(source, new Map([[piece, spliceItems(source, piece, items, path)]]));
  const changes = [...items].map(([key, item]): KeyChange => {
    if (item === undefined) return { key, change: 'removed' };
    return { key, change: object.items.has(key) ? 'replaced' : 'added' };
  });
  if (wanted.stdout) {
    await io.out(text);
    return;
  }
  await requireUnchanged(source.name, source.text);
  await writeFileAtomic(source.name, text);
  await tell(object, changes, wanted, io);
}

/** @throws SIGNET_CLI_EDIT_CHANGED_MEANWHILE */
async function requireUnchanged(file: string, text: string): Promise<void> {
  const now = await readFile(file).catch(() => undefined);
  if (!now || !now.equals(Buffer.from(text))) throw editErrors.CHANGED_MEANWHILE({ file });
}

/** Tells what was done: a line for a person, an object for a program. */
export async function tell(object: SealedObject, changes: readonly KeyChange[], wanted: Output, io: Io): Promise<void> {
  const { source, document, name, namespace } = object;
  if (wanted.output === 'json') {
    await io.out(`${JSON.stringify({ file: source.name, document, namespace, name, changes })}\n`);
    return;
  }
  const said = (['added', 'replaced', 'removed'] as const).flatMap((change) => {
    const keys = changes.filter((one) => one.change === change).map(({ key }) => key);
    return keys.length > 0 ? [`${change} ${keys.join(', ')}`] : [];
  });
  io.say(`${source.name}: SealedSecret ${JSON.stringify(name)}: ${said.join('; ') || 'nothing was changed'}\n`);
}
