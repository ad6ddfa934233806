import { seal } from '@signet/sealing';
import { contextNamespace } from '../certificate/cluster-connection.ts';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import { sealingCertificate } from '../certificate/sealing-certificate.ts';
import type { CertificateFlags } from '../certificate/sealing-certificate.ts';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { sourceOf } from '../document/source.ts';
import { cliErrors } from '../errors.ts';
import { valueToSeal } from '../seal/raw-command.ts';
import { isDataKey } from '../secret/read-secret.ts';
import { changeFile } from './change-file.ts';
import type { Output } from './change-file.ts';
import { editErrors } from './errors.ts';
import { bindingOf, chooseObject, placeOf } from './sealed-object.ts';
import type { Choice, SealedObject } from './sealed-object.ts';

/** Options that choose one SealedSecret of a file. */
export interface ChoiceFlags {
  readonly document?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Options of `signet set`. */
export interface SetFlags extends ChoiceFlags, ClusterFlags, CertificateFlags, Output {
  readonly fromFile?: string | undefined;
  readonly remove?: boolean | undefined;
}

/**
 * `signet set FILE KEY`: seals one value for the SealedSecret of a file and puts it there; `--remove` takes one out. The value
 * comes from a file, from stdin, or from a hidden prompt; it is never an argument.
 */
export async function setCommand(file: string, key: string, flags: SetFlags, io: Io): Promise<void> {
  if (file === '-') throw cliErrors.USAGE({ problem: 'FILE must be a file: stdin is where the value comes from' });
  if (flags.stdout && flags.output === 'json') throw cliErrors.USAGE({ problem: '--stdout prints the file: it excludes --output' });
  if (flags.remove && flags.fromFile !== undefined)
    throw cliErrors.USAGE({ problem: '--remove takes no value: it excludes --from-file' });
  const object = chooseObject(sourceOf(file, await readBytes(file)), choiceOf(flags));
  const at = placeOf(object);
  if (flags.remove) {
    if (!object.items.has(key)) throw editErrors.NO_KEY({ key: shownKey(key) }, { at });
    await changeFile(object, new Map([[key, undefined]]), flags, io);
    return;
  }
  if (!isDataKey(key)) throw cliErrors.BAD_KEY({ key: shownKey(key) }, { at });
  const binding = await bindingOf(object, () => namespaceFor(object, flags, io));
  const certificate = await sealingCertificate(flags, io);
  const value = await valueToSeal(flags, io);
  if (value.at(-1) === 0x0a) io.say('note: the value ends with a line end, which is sealed too\n');
  if (value.length === 0) io.say('note: the value is empty\n');
  await changeFile(object, new Map([[key, await seal(value, certificate, binding)]]), flags, io);
}

/** Reads `--document`, `--name` and `--namespace`. @throws SIGNET_CLI_USAGE */
export function choiceOf({ document, name, namespace }: ChoiceFlags): Choice {
  if (document !== undefined && !/^[1-9][0-9]{0,5}$/.test(document)) {
    throw cliErrors.USAGE({ problem: '--document is a number, the first document being 1' });
  }
  return { document: document === undefined ? undefined : Number(document), name, namespace };
}

/** The namespace of an object that names none: `--namespace`, else that of the kubeconfig's context. */
export async function namespaceFor(object: SealedObject, flags: ChoiceFlags & ClusterFlags, io: Io): Promise<string | undefined> {
  if (flags.namespace !== undefined) return flags.namespace;
  const found = await contextNamespace(flags, io.env);
  if (found !== undefined) {
    io.say(
      `note: SealedSecret ${JSON.stringify(object.name)} names no namespace; sealed for ${JSON.stringify(found)}, that of the kubeconfig's context\n`,
    );
  }
  return found;
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shownKey(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}
