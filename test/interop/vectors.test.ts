import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Keyring, openingKey, readCertificate, scopeOf, scopes } from '@signet/sealing';
import type { Binding, KeyringEntry } from '@signet/sealing';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { needing } from './needing.ts';

/** The vectors folder beside the checkout: what the reference sealer made of known values. */
const vectors = process.env['SIGNET_VECTORS'] ?? path.resolve(import.meta.dirname, '../../../shared/vectors');
const folder = path.join(vectors, 'sealed-secrets');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

interface Case extends Binding {
  readonly id: string;
  readonly key: string;
  readonly file?: string;
  readonly raw?: string;
}
type Opens = Case & { readonly values: Readonly<Record<string, string>> };
type Refused = Case & { readonly why: string };

interface Manifest {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations?: Record<string, string> };
  readonly spec: { readonly encryptedData: Readonly<Record<string, string>> };
}

/** The items of a case by their key, and the place they belong to: a document says its own. */
function itemsOf(one: Case): { items: Readonly<Record<string, string>>; place: Binding } {
  const { scope, namespace, name } = one;
  if (one.raw !== undefined) return { items: { '': one.raw }, place: { scope, namespace, name } };
  const { metadata, spec } = parse(read(one.file ?? ''), { version: '1.1' }) as Manifest;
  const place = { scope: scopeOf(metadata.annotations), namespace: metadata.namespace, name: metadata.name };
  expect(place).toEqual({ scope, namespace, name });
  return { items: spec.encryptedData, place };
}

needing(`the vectors folder beside the checkout (${folder})`, existsSync(path.join(folder, 'opens.json')), () => {
  const opens = JSON.parse(read('opens.json')) as readonly Opens[];
  const refused = JSON.parse(read('refuse.json')) as readonly Refused[];
  const keys = JSON.parse(read('keys.json')) as Readonly<Record<string, { readonly der: string; readonly encoding: string }>>;

  async function entryOf(id: string): Promise<KeyringEntry> {
    const certificate = readCertificate(read(`keys/${id}.crt`));
    const key = await openingKey(Buffer.from(keys[id]?.der ?? '', 'base64'));
    return { key, certificate, orderedAt: certificate.notBefore };
  }

  test('they cover every scope and every size of key, and some that must be refused', () => {
    const sizes = opens.map(({ key, scope }) => `${readCertificate(read(`keys/${key}.crt`)).modulusBits} ${scope}`);
    expect(new Set(sizes)).toEqual(new Set([2048, 3072, 4096].flatMap((bits) => scopes.map((scope) => `${bits} ${scope}`))));
    expect(refused.length).toBeGreaterThan(0);
  });

  describe.each([...new Set(opens.map(({ key }) => key))])('sealed for %s', (id) => {
    test.each(opens.filter(({ key }) => key === id))('$id opens, $scope', async (one) => {
      const ring = new Keyring([await entryOf(id)]);
      const { items, place } = itemsOf(one);
      const values = Object.entries(items).map(async ([key, item]) => {
        const { plaintext, keyId } = await ring.open(item, place);
        expect(keyId).toBe(ring.newest?.certificate.fingerprint);
        return [key, Buffer.from(plaintext).toString('base64')];
      });
      expect(Object.fromEntries(await Promise.all(values))).toEqual(one.values);
    });
  });

  test('all of them open with one keyring that has every key, in any order', async () => {
    const entries = await Promise.all([...new Set(opens.map(({ key }) => key))].map(entryOf));
    const ring = new Keyring(entries);
    for (const one of opens) {
      const { items, place } = itemsOf(one);
      const hint = `${place.namespace}/${place.name}`;
      for (const [key, item] of Object.entries(items)) {
        const { plaintext } = await ring.open(item, place, hint);
        expect(Buffer.from(plaintext).toString('base64'), `${one.id} ${key}`).toBe(one.values[key]);
      }
    }
  });

  test.each(refused)('$id is refused: $why', async ({ key, raw = '', scope, namespace, name }) => {
    const ring = new Keyring([await entryOf(key)]);
    await expect(ring.open(raw, { scope, namespace, name })).rejects.toMatchObject({
      code: 'SIGNET_SEAL_CANNOT_OPEN',
      message: 'no key could decrypt secret',
    });
  });

  test('the EC pair is refused, as a certificate and as a key', async () => {
    expect(() => readCertificate(read('keys/ec.crt'))).toThrow('expected RSA public key but found an EC key');
    await expect(openingKey(Buffer.from(keys['ec']?.der ?? '', 'base64'))).rejects.toThrow('private key is not an RSA key');
  });
});
