import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSealingKey } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { items, runSignet as run, without, written } from './testing/written.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-reseal-offline-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = '';
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  mkdirSync(folder);
});
const put = (name: string, contents: string): string => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};
const get = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('offline, with private keys', () => {
  let [old, fresh]: GeneratedKey[] = [];
  beforeAll(async () => {
    [old, fresh] = await Promise.all([generateSealingKey({ bits: 2048 }), generateSealingKey({ bits: 2048 })]);
    writeFileSync(join(root, 'old.pem'), old.privateKeyPem);
    writeFileSync(join(root, 'new.pem'), fresh.privateKeyPem);
    writeFileSync(join(root, 'new.crt'), fresh.certificatePem);
  });
  const flags = (): string[] => ['reseal', '--key', join(root, 'old.pem'), '--cert', join(root, 'new.crt')];

  test('what the certificate opens already stays; everything opens with the new key afterwards', async () => {
    put('a.yaml', await written(old!.certificate, 'a', { a: '1', b: '2' }));
    put('b.yaml', await written(fresh!.certificate, 'b', { a: '3' }));
    const before = [get('a.yaml'), get('b.yaml')];
    expect(await run([...flags(), '--key', join(root, 'new.pem'), folder])).toMatchObject({
      code: 0,
      said: expect.stringContaining('1 resealed, 1 on the newest key already'),
    });
    expect(without(get('a.yaml'))).toBe(without(before[0] ?? ''));
    expect(get('b.yaml')).toBe(before[1]);
    const opened = await run(['unseal', '--key', join(root, 'new.pem'), '-o', 'json', folder]);
    expect(opened.code).toBe(0);
    for (const value of ['1', '2', '3']) expect(opened.out).toContain(Buffer.from(value).toString('base64'));
  });

  test('without the new private key, what is on it cannot be told from what is foreign: it is named, and stays', async () => {
    put('b.yaml', await written(fresh!.certificate, 'b', { a: '3' }));
    const before = get('b.yaml');
    expect(await run([...flags(), folder])).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_RESEAL_ITEM') });
    expect(get('b.yaml')).toBe(before);
  });

  test('an item of a list behind an alias is refused, not guessed', async () => {
    const [[, item]] = (await items(old!.certificate, 'a', { a: '1' })) as [[string, string]];
    const object = (value: string): string =>
      `{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: a, namespace: web}, spec: {encryptedData: {a: ${value}}}}`;
    put('list.yaml', `apiVersion: v1\nkind: List\nitems:\n- ${object(`&x ${item}`)}\n- ${object('*x')}\n`);
    const before = get('list.yaml');
    expect(await run([...flags(), folder])).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_RESEAL_SHARED') });
    expect(get('list.yaml')).toBe(before);
  });

  test('a certificate that is not pinned does not seal', async () => {
    put('a.yaml', await written(old!.certificate, 'a', { a: '1' }));
    const before = get('a.yaml');
    const pins = put('pins.txt', `pins:\n- fingerprint: ${old!.certificate.fingerprint}\n`);
    expect(await run([...flags(), '--pins', pins, folder])).toMatchObject({
      code: 1,
      said: expect.stringContaining('SIGNET_PIN_NOT_PINNED'),
    });
    expect(get('a.yaml')).toBe(before);
  });

  test('permissions stay', async () => {
    put('a.yaml', await written(old!.certificate, 'a', { a: '1' }));
    const mode = statSync(join(folder, 'a.yaml')).mode;
    expect((await run([...flags(), folder])).code).toBe(0);
    expect(statSync(join(folder, 'a.yaml')).mode).toBe(mode);
  });

  test.each([[['--key', 'x']], [['--cert', 'x']], [['--concurrency', '0']]])('%j alone is refused', async (args) => {
    expect(await run(['reseal', ...args, folder])).toMatchObject({ code: 2, said: expect.stringContaining('SIGNET_CLI_USAGE') });
  });
});
