import { isSignetError } from '@signet/errors';
import { Keyring, seal } from '@signet/sealing';
import type { Binding, SealingCertificate } from '@signet/sealing';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import { sealingCertificate } from '../certificate/sealing-certificate.ts';
import type { CertificateFlags } from '../certificate/sealing-certificate.ts';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { oneLine, report } from '../console/report.ts';
import { sourceOf } from '../document/source.ts';
import { cliErrors } from '../errors.ts';
import { recoveryKeys } from '../kubeseal/recovery-keys.ts';
import { isDataKey } from '../secret/read-secret.ts';
import { changeFile, tell } from './change-file.ts';
import type { Output } from './change-file.ts';
import { editorOf, runEditor } from './editor.ts';
import { editErrors } from './errors.ts';
import { readView, sealed, viewText } from './plain-view.ts';
import type { ViewValue } from './plain-view.ts';
import { privateFolder } from './private-folder.ts';
import type { PrivateFolder } from './private-folder.ts';
import { bindingOf, chooseObject } from './sealed-object.ts';
import type { SealedObject } from './sealed-object.ts';
import { choiceOf, namespaceFor } from './set-command.ts';
import type { ChoiceFlags } from './set-command.ts';

/** Options of `signet edit`. */
export interface EditFlags extends ChoiceFlags, ClusterFlags, CertificateFlags, Output {
  /** Private keys of a backup, which open the values that are there. */
  readonly key?: readonly string[] | undefined;
  readonly allowDisk?: boolean | undefined;
}

/** What is being edited. */
interface Session {
  readonly object: SealedObject;
  readonly binding: Binding;
  readonly certificate: SealingCertificate;
  /** What the person was shown. */
  readonly shown: ReadonlyMap<string, ViewValue>;
  readonly text: string;
  readonly flags: EditFlags;
  readonly io: Io;
}

/**
 * `signet edit FILE`: opens the values of a SealedSecret in an editor. Without a private key they show as `<sealed>`. Only values
 * that were changed are sealed again, so that a diff shows what was changed and nothing else.
 */
export async function editCommand(file: string, flags: EditFlags, io: Io): Promise<void> {
  if (file === '-') throw cliErrors.USAGE({ problem: 'FILE must be a file: an editor cannot change stdin' });
  const editor = editorOf(io.env);
  const object = chooseObject(sourceOf(file, await readBytes(file)), choiceOf(flags));
  const binding = await bindingOf(object, () => namespaceFor(object, flags, io));
  const certificate = await sealingCertificate(flags, io);
  const shown = await shownValues(object, binding, flags.key ?? [], io);
  const text = viewText(explanation(object, binding), shown);
  const folder = await privateFolder(io, { allowDisk: flags.allowDisk ?? false });
  try {
    await edit({ object, binding, certificate, shown, text, flags, io }, editor, folder);
  } finally {
    folder.close();
  }
}

async function edit(session: Session, editor: string, folder: PrivateFolder): Promise<void> {
  const { object, text, flags, io } = session;
  const view = join(folder.path, `${/^[a-z0-9][-.a-z0-9]{0,100}$/.test(object.name) ? object.name : 'secret'}.yaml`);
  await writeFile(view, text, { mode: 0o600, flag: 'wx' });
  for (;;) {
    await runEditor(editor, view, folder.path, io);
    // An editor may remove the file to say that the edit shall not count.
    const edited = await readFile(view).catch(() => undefined);
    if (!edited || edited.equals(Buffer.from(text))) return tell(object, [], flags, io);
    try {
      return await apply(session, edited);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      if (await wantsToEditAgain(error, io)) continue;
      await keepText(folder, view, io);
      throw error;
    }
  }
}

async function apply({ object, binding, certificate, shown, flags, io }: Session, edited: Uint8Array): Promise<void> {
  const values = readView(sourceOf('the edited text', edited));
  if (!values) return tell(object, [], flags, io);
  const items = new Map<string, string | undefined>();
  for (const key of object.items.keys()) if (!values.has(key)) items.set(key, undefined);
  const changed = [...values].filter(([key, value]) => isChanged(object, key, value, shown.get(key)));
  for (const [key] of changed) if (!object.items.has(key) && !isDataKey(key)) throw cliErrors.BAD_KEY({ key: shownKey(key) });
  for (const [key, value] of changed) if (value !== sealed) items.set(key, await seal(value, certificate, binding));
  return items.size === 0 ? tell(object, [], flags, io) : changeFile(object, items, flags, io);
}

/** @throws SIGNET_CLI_EDIT_SEALED_MARK for a key that has nothing to keep */
function isChanged(object: SealedObject, key: string, value: ViewValue, before: ViewValue | undefined): boolean {
  if (value !== sealed) return !(before instanceof Uint8Array) || !Buffer.from(value).equals(before);
  if (!object.items.has(key)) throw editErrors.SEALED_MARK({ key: shownKey(key) });
  return false;
}

/** What each key of the object shows: its value, where one of the keys opens it. */
async function shownValues(
  object: SealedObject,
  binding: Binding,
  keyFiles: readonly string[],
  io: Io,
): Promise<ReadonlyMap<string, ViewValue>> {
  const keyring = keyFiles.length > 0 ? new Keyring(await recoveryKeys(keyFiles)) : undefined;
  const shown = new Map<string, ViewValue>();
  for (const [key, item] of object.items) {
    let value: ViewValue = sealed;
    try {
      if (keyring && item !== undefined) value = (await keyring.open(item, binding)).plaintext;
    } catch (error) {
      if (!isSignetError(error)) throw error;
      io.say(`note: ${shownKey(key)} stays <sealed>: ${error.message}\n`);
    }
    shown.set(key, value);
  }
  return shown;
}

function explanation({ source, name }: SealedObject, { scope, namespace }: Binding): string[] {
  return [
    oneLine(
      `SealedSecret ${JSON.stringify(name)}${namespace ? ` of namespace ${JSON.stringify(namespace)}` : ''} (${scope}), ${source.name}`,
    ),
    'A value of <sealed> stays as it is; write another to replace it. Add and remove lines to add and remove keys.',
    'A value is the text that stands there. It needs quotes when it starts with a special character or has # in it.',
    'Several lines: KEY: | and the lines indented below it. Bytes: KEY: !!binary BASE64. An empty text changes nothing.',
  ];
}

/** Shows what is wrong and asks, where there is someone to ask. */
async function wantsToEditAgain(error: Error & { code: string }, io: Io): Promise<boolean> {
  if (!io.stdinIsTty || !io.stderrIsTty || error.code === 'SIGNET_CLI_EDIT_CHANGED_MEANWHILE') return false;
  report(error, io);
  const { confirm } = await import('@clack/prompts');
  // Ctrl-D ends the terminal's input without a word to the prompt: the process would end there, and the text with it.
  const ended = new AbortController();
  const onIdle = (): void => ended.abort();
  process.once('beforeExit', onIdle);
  const answer = await confirm({ message: 'Edit again?', signal: ended.signal, output: process.stderr });
  process.off('beforeExit', onIdle);
  return answer === true;
}

async function keepText(folder: PrivateFolder, view: string, io: Io): Promise<void> {
  await folder.keep();
  io.say(
    `note: the text is kept ${folder.inMemory ? 'in memory' : 'on disk'}, at ${view}; when done with it: rm -r ${folder.path}\n`,
  );
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shownKey(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}
