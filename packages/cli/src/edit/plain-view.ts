import { isMap, isScalar } from 'yaml';
import type { Scalar } from 'yaml';
import { emitYaml } from '../document/emit-yaml.ts';
import { parseDocument } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { entriesOf, isUnwritten, tokensBetween } from '../document/splice-nodes.ts';
import type { Entry } from '../document/splice-nodes.ts';
import { cliErrors } from '../errors.ts';
import { editErrors } from './errors.ts';

/** A value that is not shown and stays as it is. */
export const sealed: unique symbol = Symbol('<sealed>');

/** What a key holds in the text that is edited. */
export type ViewValue = Uint8Array | typeof sealed;

const mark = '<sealed>';

/**
 * The text a person edits: one line of YAML for each key, several for a text of several lines. Bytes that are no text are base64
 * behind `!!binary`.
 *
 * @param head lines of explanation, put above as comments
 * @example viewText(['db'], new Map([['password', sealed], ['user', utf8('app')]]))   // '# db\npassword: <sealed>\nuser: app\n'
 */
export function viewText(head: readonly string[], values: ReadonlyMap<string, ViewValue>): string {
  const lines = [...values].map(([key, value]) => {
    if (value === sealed) return emitYaml(new Map([[key, mark]]));
    const text = textOf(value);
    return text === undefined ? binary(key, value) : emitYaml(new Map([[key, text]]));
  });
  return head.map((line) => `# ${line}\n`).join('') + (lines.length > 0 ? lines.join('') : '{}\n');
}

/** The value as a text that an editor shows as it is; undefined for what an editor could damage. */
function textOf(value: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    // The mark itself, and control characters.
    return text === mark || /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function binary(key: string, value: Uint8Array): string {
  const head = emitYaml(new Map([[key, 'x']])).replace(/ x\n$/, '');
  const rows = Buffer.from(value)
    .toString('base64')
    .replaceAll(/.{1,76}/g, '  $&\n');
  return `${head} !!binary |\n${rows}`;
}

/**
 * Reads the text that was edited. A value is the text as it stands there, whatever YAML would make of it: 5432, no and 0777 are
 * texts. What YAML would drop without a word, such as everything after ` #`, is refused.
 *
 * @returns undefined when the text holds nothing: the edit does not count
 * @throws SIGNET_CLI_EDIT_TEXT, SIGNET_CLI_YAML_DUPLICATE_KEY, and the errors of documents
 */
export function readView(source: Source): ReadonlyMap<string, ViewValue> | undefined {
  const start = source.text.startsWith('\uFEFF') ? 1 : 0;
  const { contents } = parseDocument(source, { kind: 'yaml', start, end: source.text.length });
  if (!contents || (isScalar(contents) && isUnwritten(contents))) return undefined;
  if (!isMap(contents)) throw editErrors.TEXT({ problem: 'it is no mapping of KEY: VALUE' });
  const values = new Map<string, ViewValue>();
  for (const entry of entriesOf(contents)) {
    const at = placeAt(source, start + (entry.key.range?.[0] ?? 0));
    const key = keyOf(entry);
    if (key === undefined) throw editErrors.TEXT({ problem: 'a key is no text' }, { at });
    if (values.has(key)) throw cliErrors.YAML_DUPLICATE_KEY({ key }, { at });
    const value = valueOf(source.text.slice(start), entry);
    if ('problem' in value) throw editErrors.TEXT({ problem: `the value of ${JSON.stringify(key)} ${value.problem}` }, { at });
    values.set(key, value.value);
  }
  return values;
}

function keyOf({ key }: Entry): string | undefined {
  return isScalar(key) && typeof key.value === 'string' && key.tag === undefined && key.anchor === undefined
    ? key.value
    : undefined;
}

function valueOf(text: string, entry: Entry): { readonly value: ViewValue } | { readonly problem: string } {
  const node = entry.value;
  if (tokensBetween(entry).some(({ type }) => type === 'comment')) return { problem: 'starts with #, which begins a comment' };
  if (!isScalar(node)) return { problem: 'is no text (a value that starts with [, { or * needs quotes)' };
  if (node.anchor !== undefined) return { problem: 'starts with &, which needs quotes' };
  const tag = node.tag?.replace('tag:yaml.org,2002:', '');
  const written = typeof node.value === 'string' ? node.value : '';
  if (tag === 'binary') return bytesOf(written);
  if (tag !== undefined && tag !== 'str' && tag !== '!') return { problem: 'starts with !, which needs quotes' };
  if (isUnwritten(node) && tag === undefined) return { problem: 'is missing ("" is an empty value)' };
  if (node.type === 'PLAIN' && endsInComment(text, node))
    return { problem: 'ends in a comment; a value with # in it needs quotes' };
  return { value: written === mark ? sealed : new TextEncoder().encode(written) };
}

function endsInComment(text: string, node: Scalar): boolean {
  return /^[ \t]*#/.test(text.slice(node.range?.[1] ?? text.length, (node.range?.[1] ?? 0) + 1000));
}

function bytesOf(written: string): { readonly value: Uint8Array } | { readonly problem: string } {
  const bare = written.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) return { problem: 'is not base64' };
  return { value: Uint8Array.from(Buffer.from(bare, 'base64')) };
}
