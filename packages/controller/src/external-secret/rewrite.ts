import { Buffer } from 'node:buffer';
import type { Rewrite } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions, Spent } from '@signet/template';
import type { Template } from '@signet/template';
import { controllerErrors } from '../errors.ts';
import { shown } from './convert-keys.ts';
import { byBytes } from './json-object.ts';
import { mergeObjects } from './rewrite-merge.ts';

/** A value on its way, and where it came from. */
export interface Entry {
  readonly value: Uint8Array;
  /** Its key in the store; undefined when several were made into one. */
  readonly from: string | undefined;
}

export type Entries = ReadonlyMap<string, Entry>;

/** What rewriting works with. */
export interface RewriteRoom {
  /** Hears, in a sentence without values, what was done that its author may not have meant. */
  readonly tell: (warning: string) => void;
  /** Shared by all steps of one ExternalSecret, so that together they keep to the limits of one template. */
  readonly spent?: Spent;
}

/** Go's `Regexp.ReplaceAllString` for all keys in one go. Its answers come in lines, each in base64. */
const replaceAll: Template = compile(
  '{{ $source := index . "source" }}{{ $target := index . "target" }}{{ range $name, $key := . }}{{ regexReplaceAll $source $key $target | b64enc }}\n{{ end }}',
  { name: 'regexp', functions: externalSecretsFunctions },
);

/**
 * Carries out the steps of `rewrite` in order (external-secrets v2.9 semantics): `regexp` and `transform` give keys other names, `merge` makes keys
 * of the values. Nothing else happens to keys that were rewritten.
 *
 * Keys are taken in the order of their bytes. Where two get the same name the last one wins, and that is told: the peer is silent about
 * it, and which of the two it keeps changes from one refresh to the next.
 *
 * @throws REWRITE naming the step
 */
export function rewrite(entries: Entries, steps: readonly Rewrite[], room: RewriteRoom): Entries {
  const spent = room.spent ?? new Spent();
  return steps.reduce((before, step, index) => {
    const title = `rewrite[${index}]`;
    try {
      if (step.merge) return mergeObjects(before, step.merge);
      if (step.regexp) return renamed(before, byExpression(before, step.regexp, spent), title, room);
      if (step.transform) return renamed(before, byTemplate(before, step.transform.template, spent), title, room);
      return before;
    } catch (error) {
      if (!isSignetError(error)) throw error;
      throw controllerErrors.REWRITE({ step: title, because: withoutCall(error.message) }, { cause: error });
    }
  }, entries);
}

function sortedKeys(entries: Entries): readonly string[] {
  return [...entries.keys()].toSorted(byBytes);
}

/** New names of the sorted keys. */
type Names = readonly (readonly [key: string, name: string])[];

function byExpression(entries: Entries, { source, target }: { source: string; target: string }, spent: Spent): Names {
  const keys = sortedKeys(entries);
  // the range goes through names in their order: numbers of equal length first, then the two words
  const width = String(keys.length).length;
  const data = new Map(keys.map((key, index) => [String(index).padStart(width, '0'), key]));
  const output = replaceAll.render(data.set('source', source).set('target', target), { spent });
  const lines = Buffer.from(output).toString('latin1').split('\n');
  return keys.map((key, index) => [key, Buffer.from(lines[index] ?? '', 'base64').toString()] as const);
}

function byTemplate(entries: Entries, text: string, spent: Spent): Names {
  const template = compile(text, { name: 'transform', functions: externalSecretsFunctions });
  return sortedKeys(entries).map((key) => [key, Buffer.from(template.render(new Map([['value', key]]), { spent })).toString()]);
}

function renamed(entries: Entries, names: Names, step: string, { tell }: RewriteRoom): Entries {
  const result = new Map<string, Entry>();
  const origins = new Map<string, string>();
  for (const [key, name] of names) {
    const entry = entries.get(key);
    if (!entry) continue;
    const first = origins.get(name);
    if (first !== undefined && name !== '') {
      tell(`${step} gives ${shown(first)} and ${shown(key)} the same key ${shown(name)}: the last one is kept`);
    }
    origins.set(name, key);
    result.set(name, entry);
  }
  return result;
}

/** Go's words about the regular expression, without those about the template around it that is ours. */
function withoutCall(message: string): string {
  return message.replace(/^template: regexp:.* error calling regexReplaceAll: /, '');
}
