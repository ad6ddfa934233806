import { basename, dirname, isAbsolute, join } from 'node:path';
import { isSignetError } from '@signet/errors';
import { fromBase64 } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { readBytes, readInputs } from '../console/read-inputs.ts';
import { readDocument } from '../document/read-document.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { child } from '../document/tree.ts';
import { templateCommandErrors } from './errors.ts';
import { ManifestObject } from './manifest-object.ts';
import { splitDelimiters } from './plain-template.ts';
import type { Dialect, FunctionSet } from './plain-template.ts';
import { readManifests } from './read-manifests.ts';
import { matches } from './run-test.ts';
import { valuesIn } from './sample-values.ts';
import { parseTime } from './surroundings.ts';
import type { Expectation, Part, Subject, TemplateTest } from './template-test.ts';

/** Fields that a file may have, for all its tests, and each test for itself, which then wins; `values` are put together. */
const settings = ['template', 'templateFile', 'manifest', 'object', 'values', 'allowMissing'] as const;
const dialects = ['functions', 'missingKey', 'delimiters', 'now', 'seed'] as const;
const parts = { key: 'data', label: 'labels', annotation: 'annotations' } as const;
const expectations = ['output', 'outputBase64', 'error', 'matches'] as const;
const fileFields: ReadonlySet<string> = new Set(['tests', ...settings, ...dialects]);
const testFields: ReadonlySet<string> = new Set(['name', ...settings, ...dialects, ...Object.keys(parts), ...expectations]);

/** Chance of tests without a `seed`: the same at each run. */
const defaultSeed = '1';

/**
 * Reads a test file: one or several documents, each with its `tests`. Paths are relative to the file.
 *
 * @throws Refusals, or the error of a file: a test file is understood as a whole or not at all
 */
export async function readTestFile(source: Source, io: Io): Promise<TemplateTest[]> {
  const tests: TemplateTest[] = [];
  let document = 0;
  for (const piece of splitStream(source.text)) {
    if (piece.kind !== 'yaml' && piece.kind !== 'json') continue;
    document += 1;
    const { tree } = readDocument(source, piece);
    if (tree.kind !== 'map')
      throw templateCommandErrors.TEST_FILE({ problem: 'a test file is a mapping' }, { at: { file: source.name } });
    const file = new ManifestObject(tree, { source, document });
    refuseUnknown(file, fileFields);
    if (file.items('tests').length === 0) throw problem(file, 'the file holds no tests');
    for (const [at, test] of file.items('tests').entries()) tests.push(await new TestReader(file, test, at + 1, io).read());
  }
  return tests;
}

function refuseUnknown(of: ManifestObject, known: ReadonlySet<string>): void {
  const unknown = of.keys().find((key) => !known.has(key));
  if (unknown !== undefined) throw problem(of, `a test file has no field ${JSON.stringify(unknown)} here`);
}

function problem(of: ManifestObject, text: string, at?: number): Error {
  return templateCommandErrors.TEST_FILE({ problem: text }, { at: of.place(at) });
}

class TestReader {
  readonly #file: ManifestObject;
  readonly #test: ManifestObject;
  readonly #number: number;
  readonly #io: Io;

  constructor(file: ManifestObject, test: ManifestObject, number: number, io: Io) {
    this.#file = file;
    this.#test = test;
    this.#number = number;
    this.#io = io;
  }

  async read(): Promise<TemplateTest> {
    refuseUnknown(this.#test, testFields);
    const subject = await this.#subject();
    const expected = this.#expected();
    if (subject.kind === 'manifest' && subject.part === undefined && expected.kind !== 'error')
      throw problem(this.#test, 'a test of a manifest says which value it is about: key, label or annotation');
    const now = this.#setting('now');
    const nowMs = now === undefined ? this.#io.now().getTime() : parseTime(now);
    if (nowMs === undefined) throw problem(this.#test, 'now is not a time like 2026-01-31T12:00:00Z');
    return {
      name: this.#test.text('name') ?? `test ${this.#number}`,
      place: this.#test.place(),
      subject,
      dialect: this.#dialect(),
      values: new Map([...(await this.#values(this.#file)), ...(await this.#values(this.#test))]),
      allowMissing: this.#test.boolean('allowMissing') ?? this.#file.boolean('allowMissing') ?? false,
      fixed: { nowMs, seed: this.#setting('seed') ?? defaultSeed },
      expected,
    };
  }

  #setting(name: string): string | undefined {
    return this.#test.scalarText(name) ?? this.#file.scalarText(name);
  }

  async #values(of: ManifestObject): Promise<Map<string, Uint8Array>> {
    const tree = child(of.tree, 'values');
    return tree ? valuesIn(tree, of.source) : new Map();
  }

  async #subject(): Promise<Subject> {
    const names = ['template', 'templateFile', 'manifest'] as const;
    const owner = names.some((name) => this.#test.keys().includes(name)) ? this.#test : this.#file;
    const [name, ...others] = names.filter((one) => owner.keys().includes(one));
    if (name === undefined || others.length > 0)
      throw problem(this.#test, 'a test names one of template, templateFile and manifest');
    const found = owner.placedText(name);
    if (!found) throw problem(owner, `${name} is empty`);
    if (name === 'manifest') return this.#manifest(this.#path(found.text));
    const part = Object.keys(parts).find((one) => this.#test.keys().includes(one));
    if (part !== undefined) throw problem(this.#test, `${part} belongs to a manifest, not to a bare template`);
    const { name: file } = this.#file.source;
    if (name === 'template') return { kind: 'plain', template: { name: 'template', file, text: found.text } };
    const path = this.#path(found.text);
    return { kind: 'plain', template: { name: basename(path), file: path, text: await readBytes(path) } };
  }

  /** A path in the file is relative to the file. */
  #path(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.#file.source.name), path);
  }

  async #manifest(path: string): Promise<Subject> {
    const { objects, sources } = readManifests(await readInputs([path], this.#io, { recursive: true }));
    const name = this.#setting('object');
    const fitting = objects.filter((one) => name === undefined || one.name === name);
    const [object, second] = fitting;
    if (!object)
      throw problem(
        this.#test,
        `${path} holds no SealedSecret or ExternalSecret${name === undefined ? '' : ` ${JSON.stringify(name)}`}`,
      );
    if (second) throw problem(this.#test, `${path} holds several objects with templates: say which one with object`);
    return { kind: 'manifest', object, sources, part: this.#part() };
  }

  #part(): Part | undefined {
    const given = Object.entries(parts).flatMap(([field, of]) => {
      const key = this.#test.text(field);
      return key === undefined ? [] : [{ of, key }];
    });
    if (given.length > 1) throw problem(this.#test, 'a test is about one of key, label and annotation');
    return given[0];
  }

  #dialect(): Dialect {
    const functions = this.#choice('functions', ['sealed-secrets', 'external-secrets']) as FunctionSet | undefined;
    const missingKey = this.#choice('missingKey', ['default', 'zero', 'error']) as Dialect['missingKey'];
    const text = this.#setting('delimiters');
    const delimiters = text === undefined ? undefined : splitDelimiters(text);
    if (text !== undefined && !delimiters) throw problem(this.#test, "delimiters are two, with a blank between: '[[ ]]'");
    return { functions: functions ?? 'sealed-secrets', missingKey, delimiters };
  }

  #choice(name: string, known: readonly string[]): string | undefined {
    const text = this.#setting(name);
    if (text === undefined || known.includes(text)) return text;
    throw problem(this.#test, `${name} is one of ${known.join(', ')}`);
  }

  #expected(): Expectation {
    const given = expectations.filter((one) => this.#test.keys().includes(one));
    const [kind] = given;
    if (kind === undefined || given.length > 1) throw problem(this.#test, `a test expects one of ${expectations.join(', ')}`);
    const found = this.#test.placedText(kind);
    const text = found?.text ?? '';
    if (kind === 'output') return { kind, bytes: new TextEncoder().encode(text) };
    if (kind === 'error') return { kind, part: text };
    try {
      if (kind === 'outputBase64') return { kind: 'output', bytes: fromBase64(text.replaceAll(/\s/g, '')) };
      matches(text, new Uint8Array());
      return { kind, pattern: text };
    } catch (error) {
      if (!isSignetError(error)) throw error;
      const what = kind === 'matches' ? 'a regular expression (RE2)' : 'base64';
      throw problem(this.#test, `${kind} is not ${what}`, found?.at);
    }
  }
}
