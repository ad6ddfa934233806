// Files that were sealed here, by every verb that seals, open in Go: whole, with the private key, under the scope their objects say.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '@signet/cli';
import type { Io } from '@signet/cli';
import { generateSealingKey } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { FileOracle } from './go-oracle-files.ts';
import type { OpenedObject } from './go-oracle-files.ts';
import { hasGo } from './go-oracle.ts';
import { needing } from './needing.ts';

const scopes = ['strict', 'namespace-wide', 'cluster-wide'] as const;
const annotation: Readonly<Record<(typeof scopes)[number], object>> = {
  strict: {},
  'namespace-wide': { annotations: { 'sealedsecrets.bitnami.com/namespace-wide': 'true' } },
  'cluster-wide': { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } },
};
const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString('base64');
const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

/** One Secret of each scope, with text, bytes and nothing in it. */
const plain = scopes.map((scope) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: `db-${scope}`, namespace: 'web', ...annotation[scope] },
  stringData: { text: `pässword of ${scope}\n` },
  data: { bytes: base64(bytes), empty: '' },
}));
const wanted = plain.map(({ metadata: { name, namespace }, stringData, data }): OpenedObject => ({
  namespace,
  name,
  values: { ...data, text: base64(stringData.text) },
}));
const byName = (objects: readonly OpenedObject[]): readonly OpenedObject[] =>
  objects.toSorted((one, other) => (one.name < other.name ? -1 : 1));

const list = { apiVersion: 'v1', kind: 'List', items: plain };
const forms: readonly (readonly [string, string])[] = [
  ['YAML of several documents', plain.map((one) => stringify(one)).join('---\n')],
  ['JSON, one object after the other', plain.map((one) => JSON.stringify(one, undefined, 2)).join('\n')],
  ['a List in YAML', stringify(list)],
  ['a List in JSON', JSON.stringify(list)],
];

needing('Go', hasGo(), () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-files-'));
  const file = (name: string): string => path.join(folder, name);
  const sealed = file('sealed.yaml');
  const go = new FileOracle();
  let [old, fresh]: GeneratedKey[] = [];
  beforeAll(async () => {
    [old, fresh] = await Promise.all([generateSealingKey({ bits: 2048 }), generateSealingKey({ bits: 2048 })]);
    writeFileSync(file('old.crt'), old.certificatePem);
    writeFileSync(file('old.pem'), old.privateKeyPem);
    writeFileSync(file('new.crt'), fresh.certificatePem);
    writeFileSync(file('new.pem'), fresh.privateKeyPem);
  });
  afterAll(() => {
    go.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(program: 'signet' | 'kubeseal', args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    const out: string[] = [];
    const said: string[] = [];
    const io: Io = {
      env: {},
      signal: new AbortController().signal,
      stdinIsTty: false,
      stderrIsTty: false,
      columns: 0,
      readStdin: async () => Buffer.from(input),
      out: async (text) => void out.push(Buffer.from(text).toString()),
      say: (text) => void said.push(text),
      now: () => new Date(),
    };
    expect(await main(program, args, io), said.join('')).toBe(0);
    return out.join('');
  }

  describe.each(forms)('%s', (_title, text) => {
    test('signet seal', async () => {
      const out = await run('signet', ['seal', '--cert', file('old.crt')], text);
      expect(byName(go.open(out, old?.privateKeyPem ?? ''))).toEqual(byName(wanted));
    });

    test.each(['yaml', 'json'])('signet seal -o %s', async (format) => {
      const out = await run('signet', ['seal', '--cert', file('old.crt'), '-o', format], text);
      expect(byName(go.open(out, old?.privateKeyPem ?? ''))).toEqual(byName(wanted));
    });
  });

  test.each([
    ['yaml', 'strict'],
    ['yaml', 'namespace-wide'],
    ['yaml', 'cluster-wide'],
    ['json', 'strict'],
    ['json', 'namespace-wide'],
    ['json', 'cluster-wide'],
  ])('kubeseal -o %s --scope %s', async (format, scope) => {
    const [one] = plain;
    const out = await run('kubeseal', ['--cert', file('old.crt'), '-o', format, '--scope', scope], JSON.stringify(one));
    expect(go.open(out, old?.privateKeyPem ?? '')).toEqual([wanted[0]]);
  });

  describe('a sealed file that is changed in place', () => {
    /** The documents of `signet seal`, or one List of them. */
    const shapes = ['documents', 'a List', 'a List in JSON'] as const;
    let documents = '';
    beforeEach(async () => {
      documents = await run('signet', ['seal', '--cert', file('old.crt')], forms[0]?.[1] ?? '');
    });

    function write(shape: (typeof shapes)[number]): void {
      const items = parseAllDocuments(documents).map((document) => document.toJS() as object);
      const whole = { apiVersion: 'v1', kind: 'List', items };
      const texts = {
        documents,
        'a List': `# all of it\n${stringify(whole)}`,
        'a List in JSON': JSON.stringify(whole, undefined, 1),
      };
      writeFileSync(sealed, texts[shape]);
    }

    test.each(shapes.flatMap((shape) => scopes.map((scope) => [shape, scope] as const)))(
      'signet set: %s, %s',
      async (shape, scope) => {
        write(shape);
        const name = `db-${scope}`;
        await run('signet', ['set', sealed, 'bytes', '--name', name, '--cert', file('old.crt')], 'another');
        await run('signet', ['set', sealed, 'new', '--name', name, '--cert', file('old.crt')], bytes);
        const expected = wanted.map((one) =>
          one.name === name ? { ...one, values: { ...one.values, bytes: base64('another'), new: base64(bytes) } } : one,
        );
        expect(byName(go.open(readFileSync(sealed, 'utf8'), old?.privateKeyPem ?? ''))).toEqual(byName(expected));
      },
    );

    test.each(shapes)('signet reseal: %s', async (shape) => {
      write(shape);
      await run('signet', ['reseal', sealed, '--key', file('old.pem'), '--key', file('new.pem'), '--cert', file('new.crt')]);
      const text = readFileSync(sealed, 'utf8');
      expect(byName(go.open(text, fresh?.privateKeyPem ?? ''))).toEqual(byName(wanted));
      expect(() => go.open(text, old?.privateKeyPem ?? '')).toThrow(/decryption error/);
    });

    test('kubeseal --merge-into', async () => {
      const [one] = plain;
      writeFileSync(sealed, await run('kubeseal', ['--cert', file('old.crt'), '-o', 'yaml'], JSON.stringify(one)));
      const more = { kind: 'Secret', apiVersion: 'v1', metadata: one?.metadata, stringData: { new: 'merged', text: 'replaced' } };
      await run('kubeseal', ['--cert', file('old.crt'), '--merge-into', sealed], JSON.stringify(more));
      const values = { ...wanted[0]?.values, new: base64('merged'), text: base64('replaced') };
      expect(go.open(readFileSync(sealed, 'utf8'), old?.privateKeyPem ?? '')).toEqual([{ ...wanted[0], values }]);
    });
  });

  test('an object that was moved to another name does not open: the oracle takes the scope from the object', async () => {
    const out = await run('signet', ['seal', '--cert', file('old.crt')], JSON.stringify(plain[0]));
    expect(() => go.open(out.replaceAll('db-strict', 'other'), old?.privateKeyPem ?? '')).toThrow(
      /web\/other: \w+: .*decryption error/,
    );
  });
});
