import { generateSealingKey, Keyring, openingKey, readCertificate } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSignet } from '../template/testing/run-signet.ts';
import type { Ran } from '../template/testing/run-signet.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-set-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'db.yaml');
const cert = join(folder, 'pub.pem');
let keyring: Keyring;
beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  writeFileSync(cert, pair.certificatePem);
  keyring = new Keyring([
    { key: await openingKey(pair.privateKeyPem), certificate: readCertificate(pair.certificatePem), orderedAt: new Date(0) },
  ]);
});

async function set(text: string, args: readonly string[], value: string | Uint8Array = 'hunter2'): Promise<Ran & { text: string }> {
  writeFileSync(file, text);
  const ran = await runSignet(['set', file, ...args, ...(args.includes('--remove') ? [] : ['--cert', cert])], value);
  return { ...ran, text: readFileSync(file, 'utf8') };
}

async function open(sealed: string | undefined, scope: Scope, namespace: string, name: string): Promise<string> {
  return Buffer.from((await keyring.open(sealed ?? '', { scope, namespace, name })).plaintext).toString();
}

const item = /A[A-Za-z0-9+/]{300,}={0,2}/;
const object = (name = 'db', more = ''): string =>
  `# ${name}\nkind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata:\n  name: ${name} # who\n  namespace: web\n${more}` +
  'spec:\n  encryptedData:\n    # the old one\n    password: AgOLD # rotated\n    url: AgURL\n';

describe('signet set', () => {
  test('a value is sealed for the object and takes the place of the old one; every other byte stays', async () => {
    const { code, out, said, text } = await set(object(), ['password']);
    expect({ code, out, said }).toEqual({ code: 0, out: '', said: `${file}: SealedSecret "db": replaced password\n` });
    expect(text.replace(item, 'AgOLD')).toBe(object());
    expect(await open(item.exec(text)?.[0], 'strict', 'web', 'db')).toBe('hunter2');
    expect(readdirSync(folder).toSorted()).toEqual(['db.yaml', 'pub.pem']);
  });

  test.each<[Scope]>([['namespace-wide'], ['cluster-wide']])('sealed %s where the object says so', async (scope) => {
    const marked = object('db', `  annotations: {sealedsecrets.bitnami.com/${scope}: "true"}\n`);
    const { text } = await set(marked, ['token']);
    expect(text.replace(item, 'NEW')).toBe(marked.replace('    url:', '    token: NEW\n    url:'));
    expect(await open(item.exec(text)?.[0], scope, scope === 'cluster-wide' ? '' : 'web', 'any')).toBe('hunter2');
  });

  test('bytes that are no text, from a file', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    writeFileSync(join(folder, 'value'), bytes);
    const { text } = await set(object(), ['key.bin', '--from-file', join(folder, 'value')], 'not this');
    rmSync(join(folder, 'value'));
    const { plaintext } = await keyring.open(item.exec(text)?.[0] ?? '', { scope: 'strict', namespace: 'web', name: 'db' });
    expect(Buffer.from(plaintext).equals(bytes)).toBe(true);
  });

  test('--remove needs neither a certificate nor a value', async () => {
    const { code, said, text } = await set(object(), ['password', '--remove']);
    expect({ code, said }).toEqual({ code: 0, said: `${file}: SealedSecret "db": removed password\n` });
    expect(text).toBe(object().replace('    password: AgOLD # rotated\n', ''));
  });

  test('--stdout prints the file and leaves it; -o json tells what was done', async () => {
    const printed = await set(object(), ['url', '--stdout']);
    expect(printed.text).toBe(object());
    expect(printed.out.replace(item, 'AgURL')).toBe(object());
    const told = await set(object(), ['new', '-o', 'json']);
    expect(JSON.parse(told.out)).toEqual({
      file,
      document: 1,
      namespace: 'web',
      name: 'db',
      changes: [{ key: 'new', change: 'added' }],
    });
    expect(told.said).toBe('');
  });

  test('one of several documents', async () => {
    const config = 'kind: ConfigMap\ndata: {password: AgOLD}\n';
    const stream = `${object('one')}---\n${config}---\n${object('two')}`;
    const ambiguous = await set(stream, ['password']);
    expect(ambiguous).toMatchObject({ code: 1, text: stream });
    expect(ambiguous.said).toContain('several SealedSecrets fit: web/one (document 1), web/two (document 3)');
    for (const choice of [
      ['--document', '3'],
      ['--name', 'two'],
    ]) {
      const { text } = await set(stream, ['password', ...choice]);
      expect(text.replace(item, 'AgOLD')).toBe(stream);
      expect(await open(item.exec(text)?.[0], 'strict', 'web', 'two')).toBe('hunter2');
    }
    expect(await set(stream, ['password', '--document', '2'])).toMatchObject({ code: 1, text: stream });
    expect(await set(stream, ['password', '--document', '0'])).toMatchObject({ code: 2, text: stream });
    expect(await set(stream, ['password', '--name', 'one', '-n', 'other'])).toMatchObject({ code: 1, text: stream });
  });

  test('one of several items of a List; the others and the list keep every byte', async () => {
    const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ').replace('  #', '- #');
    const list = `# all\nkind: List\napiVersion: v1\nitems: # two\n${indented(object('one'))}# between\n${indented(object('two'))}`;
    const ambiguous = await set(list, ['password']);
    expect(ambiguous).toMatchObject({ code: 1, text: list });
    expect(ambiguous.said).toContain('web/one (document 1, items[0]), web/two (document 1, items[1])');
    const { text } = await set(list, ['password', '--name', 'two']);
    const at = list.lastIndexOf('AgOLD');
    expect(text.replace(item, 'AgOLD')).toBe(list);
    expect(text.startsWith(list.slice(0, at))).toBe(true);
    expect(await open(item.exec(text)?.[0], 'strict', 'web', 'two')).toBe('hunter2');
    const removed = await set(list, ['url', '--name', 'one', '--remove']);
    expect(removed.text).toBe(list.replace('      url: AgURL\n', ''));
    const added = await set(list, ['zz', '--name', 'one']);
    expect(added.text.replace(item, 'AgNEW')).toBe(list.replace('      url: AgURL\n', '      url: AgURL\n      zz: AgNEW\n'));
  });

  test('an item of a typed list that says its kind once, in JSON', async () => {
    const list = `{"kind":"SealedSecretList","apiVersion":"bitnami.com/v1alpha1","items":[\n{"metadata":{"name":"db","namespace":"web"},"spec":{"encryptedData":{"a":"AgOLD"}}}]}\n`;
    const { text, code } = await set(list, ['a']);
    expect([code, text.replace(item, 'AgOLD')]).toEqual([0, list]);
    expect(await open(item.exec(text)?.[0], 'strict', 'web', 'db')).toBe('hunter2');
  });

  test('an item without spec.encryptedData gets one; an item that an anchor shares is refused', async () => {
    const bare =
      'kind: List\napiVersion: v1\nitems:\n- kind: SealedSecret\n  metadata: {name: db, namespace: web}\n  spec: {}\n- kind: ConfigMap\n';
    expect((await set(bare, ['a'])).text.replace(item, 'NEW')).toBe(
      bare.replace('  spec: {}\n', '  spec:\n    encryptedData:\n      a: NEW\n'),
    );
    const shared =
      'kind: List\napiVersion: v1\nitems:\n- &x\n  kind: SealedSecret\n  metadata: {name: db, namespace: web}\n  spec: {encryptedData: {a: AgOLD}}\nother: *x\n';
    const refused = await set(shared, ['a']);
    expect(refused).toMatchObject({ code: 1, text: shared });
    expect(refused.said).toContain('items[0] is shared');
  });

  test('a document that cannot be read does not stand in the way of one chosen by its number', async () => {
    const stream = `${object()}---\nspec: {{ .Values.spec }}\n  x: [\n`;
    expect((await set(stream, ['password'])).said).toContain('SIGNET_CLI_YAML_SYNTAX');
    const { code, text } = await set(stream, ['password', '--document', '1']);
    expect({ code, text: text.replace(item, 'AgOLD') }).toEqual({ code: 0, text: stream });
  });

  test('an object without a namespace is sealed for that of the command line', async () => {
    const bare = object().replace('  namespace: web\n', '');
    const { text } = await set(bare, ['password', '-n', 'prod']);
    expect(text.replace(item, 'AgOLD')).toBe(bare);
    expect(await open(item.exec(text)?.[0], 'strict', 'prod', 'db')).toBe('hunter2');
  });

  test.each<[string, string, readonly string[], string]>([
    ['no SealedSecret', 'kind: Secret\nmetadata: {name: a}\n', ['k'], 'SIGNET_CLI_EDIT_NO_OBJECT'],
    ['an empty file', '', ['k'], 'SIGNET_CLI_EDIT_NO_OBJECT'],
    ['a key that is none', object(), ['a key'], 'SIGNET_CLI_BAD_KEY'],
    ['nothing to remove', object(), ['k', '--remove'], 'SIGNET_CLI_EDIT_NO_KEY'],
    ['no name', object().replace('  name: db # who\n', ''), ['k'], 'SIGNET_CLI_NAME_MISSING'],
    ['a name that is a boolean', object('y'), ['k'], 'SIGNET_CLI_FIELD_TYPE'],
    ['a legacy object', object().replace('spec:\n', 'spec:\n  data: AgAg\n'), ['k'], 'SIGNET_CLI_EDIT_LEGACY'],
    ['a shared value', object().replace('AgURL', '&u AgURL\n  x: *u'), ['url'], 'SIGNET_CLI_SPLICE_SHARED'],
  ])('refused, and the file stays: %s', async (_name, text, args, expected) => {
    const ran = await set(text, args);
    expect(ran.code).toBe(1);
    expect(ran.said).toContain(expected);
    expect(ran.said).not.toContain('hunter2');
    expect(ran.text).toBe(text);
  });

  test('no value is ever an argument', async () => {
    expect(await set(object(), ['password', 'hunter2'])).toMatchObject({ code: 2, text: object() });
  });
});
