import { dirname, resolve } from 'node:path';
import { fromBase64 } from '@signet/sealing';
import { readBytes } from '../console/read-inputs.ts';
import { readDocument } from '../document/read-document.ts';
import { placeAt, sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { describe } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import { cliErrors } from '../errors.ts';
import { templateCommandErrors } from './errors.ts';

/** Where sample values come from, as given on the command line. Later ones replace earlier ones; `set` comes last. */
export interface SampleFlags {
  readonly values?: readonly string[] | undefined;
  readonly fromFile?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
}

/**
 * Reads the sample values that a command line names.
 *
 * @throws SIGNET_CLI_USAGE, SIGNET_CLI_TEMPLATE_VALUES_FORM, and the errors of files and documents
 */
export async function sampleValues(flags: SampleFlags): Promise<Map<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>();
  for (const file of flags.values ?? []) {
    for (const [key, value] of await valuesOfFile(file)) values.set(key, value);
  }
  for (const [key, path] of pairs('--from-file', flags.fromFile)) values.set(key, await readBytes(path));
  for (const [key, text] of pairs('--set', flags.set)) values.set(key, new TextEncoder().encode(text));
  return values;
}

function pairs(flag: string, given: readonly string[] = []): [string, string][] {
  return given.map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw cliErrors.USAGE({ problem: `${flag} takes KEY=${flag === '--set' ? 'VALUE' : 'PATH'}` });
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

async function valuesOfFile(file: string): Promise<Map<string, Uint8Array>> {
  const source = sourceOf(file, await readBytes(file));
  const [piece, second] = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json');
  if (second) throw cliErrors.YAML_SYNTAX({ problem: 'one document is expected' }, { at: placeAt(source, second.start) });
  return piece ? valuesIn(readDocument(source, piece).tree, source) : new Map();
}

/**
 * The values of a mapping: text, `{base64: ...}`, or `{file: PATH}`, relative to the file that says so.
 *
 * @throws SIGNET_CLI_TEMPLATE_VALUES_FORM
 */
export async function valuesIn(tree: Tree, source: Source): Promise<Map<string, Uint8Array>> {
  if (tree.kind !== 'map') {
    const at = placeAt(source, tree.at);
    throw cliErrors.FIELD_TYPE({ field: 'the sample values', wants: 'a mapping', found: describe(tree) }, { at });
  }
  const values = new Map<string, Uint8Array>();
  for (const [key, { value }] of tree.entries) values.set(key, await valueOf(key, value, source));
  return values;
}

async function valueOf(key: string, tree: Tree, source: Source): Promise<Uint8Array> {
  const refuse = (problem: string): Error =>
    templateCommandErrors.VALUES_FORM({ key, problem }, { at: { ...placeAt(source, tree.at), key } });
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return new TextEncoder().encode(tree.value);
  const [form, ...others] = tree.kind === 'map' ? [...tree.entries] : [];
  const text = form?.[1].value;
  if (!form || others.length > 0 || text?.kind !== 'scalar' || typeof text.value !== 'string')
    throw refuse(`is ${describe(tree)}, not text, {base64: ...} or {file: PATH}`);
  if (form[0] === 'file') return readBytes(resolve(dirname(source.name), text.value));
  if (form[0] !== 'base64') throw refuse(`has the form {${form[0]}: ...}, which is none of {base64: ...} and {file: PATH}`);
  try {
    return fromBase64(text.value.replaceAll(/\s/g, ''));
  } catch {
    throw refuse('is not base64');
  }
}
