// Changing one item of a file leaves every other byte, whatever the file looks like.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { spliceItems, spliceSource } from './splice.ts';
import { splitStream } from './split.ts';
import { generatedList, generatedStream } from './testing/generated-stream.ts';
import type { GeneratedStream } from './testing/generated-stream.ts';

const runs = { numRuns: 250 };

function splice({ text, document, object }: GeneratedStream, changes: ReadonlyMap<string, string | undefined>): string {
  const source = { name: 'f.yaml', text };
  const piece = splitStream(text).filter(({ kind }) => kind === 'yaml' || kind === 'json')[document - 1];
  if (!piece) throw new Error('the document is not there');
  return spliceSource(source, new Map([[piece, spliceItems(source, piece, changes, object)]]));
}

type Document = { spec?: { encryptedData?: Record<string, string | null> }; items?: Document[] } | null;

/** The SealedSecret that is meant. */
function objectOf({ document, object }: GeneratedStream, documents: readonly Document[]): Document {
  const [, item] = object;
  const found = documents[document - 1] ?? null;
  return typeof item === 'number' ? (found?.items?.[item] ?? null) : found;
}

/** What a reader of YAML 1.1 makes of a stream. */
function meaning(text: string): Document[] {
  const documents = parseAllDocuments(text, { version: '1.1', logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  return documents.map((one) => one.toJS() as Document).filter((one) => one !== null);
}

/** The meaning with some items set or removed. */
function changedMeaning(stream: GeneratedStream, changes: ReadonlyMap<string, string | undefined>): Document[] {
  const documents = meaning(stream.text);
  const data = objectOf(stream, documents)?.spec?.encryptedData ?? {};
  for (const [key, value] of changes) {
    if (value === undefined) Reflect.deleteProperty(data, key);
    else data[key] = value;
  }
  return documents;
}

/** True when `after` is `before` with something else, or nothing, from `start` to `end`. */
function onlyBetween(before: string, after: string, start: number, end: number): boolean {
  const [head, tail] = [before.slice(0, start), before.slice(end)];
  return after.length >= head.length + tail.length && after.startsWith(head) && after.endsWith(tail);
}

/** True when `after` is `before` with something put in somewhere from `start` to `end`. */
function putIn(before: string, after: string, start: number, end: number): boolean {
  for (let at = start; at <= end; at += 1) if (onlyBetween(before, after, at, at)) return true;
  return false;
}

describe.each([
  ['a document', generatedStream],
  ['an item of a List', generatedList],
])('a SealedSecret that is %s', (_title, streams) => {
  test('the streams are what they are said to be', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const data = objectOf(stream, meaning(stream.text))?.spec?.encryptedData ?? {};
        expect(Object.entries(data).toSorted()).toEqual(
          stream.items.map(({ key, value }): [string, string | null] => [key, value]).toSorted(),
        );
      }),
      runs,
    );
  });

  test('a replaced value: nothing outside of the value changes', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, pick) => {
        const item = stream.items[pick % stream.items.length];
        if (!item) return;
        const changes = new Map([[item.key, 'AgNEW+/=']]);
        const after = splice(stream, changes);
        expect(meaning(after)).toEqual(changedMeaning(stream, changes));
        expect(onlyBetween(stream.text, after, ...item.valueAt)).toBe(true);
      }),
      runs,
    );
  });

  test('a new key: nothing that was there changes', () => {
    fc.assert(
      fc.property(streams, fc.constantFrom('aa', 'm.n', 'zzz', 'y', '0'), (stream, key) => {
        const changes = new Map([[key, 'AgNEW+/=']]);
        const after = splice(stream, changes);
        expect(meaning(after)).toEqual(changedMeaning(stream, changes));
        // In brackets the entry before may get a comma, and the new one a line further on.
        const commas = stream.items.map(({ valueAt: [, at] }) => `${stream.text.slice(0, at)},${stream.text.slice(at)}`);
        const [from, to] = stream.dataAt;
        expect([stream.text, ...commas].some((before) => putIn(before, after, from, to + 1))).toBe(true);
      }),
      runs,
    );
  });

  test('a removed key: nothing but its lines goes', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, pick) => {
        const item = stream.items[pick % stream.items.length];
        if (!item || stream.items.length === 1) return;
        const changes = new Map([[item.key, undefined]]);
        const after = splice(stream, changes);
        expect(meaning(after)).toEqual(changedMeaning(stream, changes));
        const [start, end] = item.entryAt;
        // A text without a line end at its end still has none: then the one before goes.
        const open = end === stream.text.length && !stream.text.endsWith('\n');
        const from = open ? stream.text.slice(0, start).trimEnd().length : start;
        expect(onlyBetween(stream.text, after, from, end)).toBe(true);
        // What is left of the entry is white space and comments above it.
        expect(after.length).toBeLessThan(stream.text.length);
      }),
      runs,
    );
  });

  test('all keys removed, then put back: the mapping is there again with what was put', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const gone = new Map(stream.items.map(({ key }): [string, undefined] => [key, undefined]));
        const empty = splice(stream, gone);
        expect(meaning(empty)).toEqual(changedMeaning(stream, gone));
        const back = new Map(stream.items.map(({ key }): [string, string] => [key, 'AgBACK']));
        expect(meaning(splice({ ...stream, text: empty }, back))).toEqual(changedMeaning(stream, back));
      }),
      runs,
    );
  });

  test('several changes at once are the changes one after the other', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.constantFrom('set', 'remove', 'leave'), { minLength: 5, maxLength: 5 }), (stream, verbs) => {
        const changes = new Map<string, string | undefined>([['new', 'AgNEW']]);
        for (const [at, { key }] of stream.items.entries()) {
          if (verbs[at] === 'set') changes.set(key, `AgSET${at}`);
          if (verbs[at] === 'remove') changes.set(key, undefined);
        }
        const after = splice(stream, changes);
        expect(meaning(after)).toEqual(changedMeaning(stream, changes));
        // The other documents, and what stands around the items.
        const [from, to] = stream.dataAt;
        expect(after.startsWith(stream.text.slice(0, from))).toBe(true);
        expect(after.endsWith(stream.text.slice(to))).toBe(true);
      }),
      runs,
    );
  });
});
