import { providerErrors } from '@signet/provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { versionAnnotation } from '../keys/annotations.ts';
import type { EncryptResponse } from '../protocol/messages.ts';
import { decrypt, encrypt, outcome, patiently, seed, unavailable } from '../testing/calls.ts';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { ScriptedKey } from '../testing/scripted-key.ts';
import { stage } from '../testing/stage.ts';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

describe('Status', () => {
  test('kms 1: kms 25: version, health and key id, from the first proof on', async () => {
    const { plugin, look } = stage({ clock });
    expect(() => plugin.status()).toThrow('not been seen to work yet');
    await look();
    const first = plugin.status();
    expect(first).toMatchObject({ version: 'v2', healthz: 'ok' });
    expect(first.keyId.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(first.keyId)).toBeLessThanOrEqual(80);
  });

  test('kms 2: 1000 calls ask the backend nothing', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = { ...key.calls };
    for (let call = 0; call < 1000; call++) plugin.status();
    expect(key.calls).toEqual(before);
  });

  test('kms 24: a key that encrypts but does not decrypt is not healthy', async () => {
    const { plugin, look, key } = stage({ clock });
    key.script = (call) => {
      if (call === 'decrypt') throw providerErrors.ACCESS_DENIED({ because: 'decrypt' });
    };
    await look();
    expect(() => plugin.status()).toThrow('the key may not be used');
  });

  test('promise 12: a version that does not encrypt yet, though the backend tells of it, is not announced', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = plugin.status();
    key.reallyUses = 'v1';
    key.rotate();
    await look();
    expect(plugin.status()).toEqual(before);
    key.reallyUses = undefined;
    await look();
    expect(plugin.status().keyId).not.toBe(before.keyId);
  });

  test('kms 22: no message to the API server tells where the key service is', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = await encrypt(plugin);
    key.script = unavailable;
    await look();
    await look();
    const { healthz, keyId } = plugin.status();
    expect(healthz).not.toMatch(/10\.0\.0\.1|https/);
    expect(keyId).toBe(before.keyId);
    await expect(patiently(clock, encrypt(plugin))).rejects.toThrow(/^the key service cannot be reached$/);
  });
});

describe('Encrypt and Decrypt', () => {
  test('kms 5: kms 8: kms 9: kms 10: a round trip, with one small annotation', async () => {
    const { plugin, look } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    expect(made.ciphertext.length).toBeLessThanOrEqual(1024);
    expect(made.annotations).toEqual(new Map([[versionAnnotation, Buffer.from('v1')]]));
    expect(await decrypt(plugin, made)).toEqual(seed);
  });

  test.each([
    [0, 'INVALID_ARGUMENT'],
    [1, 'OK'],
    [32, 'OK'],
    [512, 'INTERNAL'], // the scripted key's ciphertext is longer than the API server takes
    [513, 'INVALID_ARGUMENT'],
    [4096, 'INVALID_ARGUMENT'],
  ])('kms 6: a plaintext of %d bytes: %s', async (length, code) => {
    const { plugin, look } = stage({ clock });
    await look();
    expect(await outcome(encrypt(plugin, Buffer.alloc(length, 1)))).toBe(code);
  });

  test('kms 4: the key id of Encrypt is that of the last Status, also when a rotation came between', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const told = plugin.status();
    key.rotate();
    await look();
    const made = await encrypt(plugin);
    expect(made.keyId).toBe(told.keyId);
    expect(made.annotations.get(versionAnnotation)).toEqual(Buffer.from('v1'));
    const next = plugin.status();
    expect(next.keyId).not.toBe(told.keyId);
    expect((await encrypt(plugin)).keyId).toBe(next.keyId);
  });

  test('kms 15: what an old version has encrypted opens after rotations', async () => {
    const { plugin, look, key, cache } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    for (let turn = 0; turn < 3; turn++) {
      key.rotate();
      await look();
    }
    cache.clear();
    expect(await decrypt(plugin, made)).toEqual(seed);
  });

  test('kms 16: what a peer has encrypted with a newer version opens, and that version is looked at without waiting', async () => {
    const key = new ScriptedKey();
    const [here, there] = [stage({ clock, key }), stage({ clock, key })];
    const stop = new AbortController();
    const watching = here.keys.watch(stop.signal);
    await settled();
    const before = here.plugin.status();
    key.rotate();
    await there.look();
    const made = await encrypt(there.plugin);
    expect(here.plugin.status()).toEqual(before);
    expect(await decrypt(here.plugin, made)).toEqual(seed);
    await settled();
    expect(here.plugin.status().keyId).toBe(made.keyId);
    stop.abort();
    await watching;
    expect(key.isClosed).toBe(true);
  });

  test('kms 17: back at a key that was used before, with a higher generation: another key id, and both open', async () => {
    const key = new ScriptedKey();
    const first = stage({ clock, key });
    await first.look();
    const made = await encrypt(first.plugin);
    const again = stage({ clock, key, previous: [key], generation: 1 });
    await again.look();
    const anew = await encrypt(again.plugin);
    expect(anew.keyId).not.toBe(made.keyId);
    expect(await decrypt(again.plugin, made)).toEqual(seed);
    expect(await decrypt(again.plugin, anew)).toEqual(seed);
  });

  test('kms 18: a second node with the same configuration has the same key id', async () => {
    const [here, there] = [stage({ clock }), stage({ clock })];
    await Promise.all([here.look(), there.look()]);
    expect(there.plugin.status()).toEqual(here.plugin.status());
  });

  test('two keys at once: what the previous one has encrypted opens, the other one encrypts', async () => {
    const old = new ScriptedKey();
    const before = stage({ clock, key: old });
    await before.look();
    const made = await encrypt(before.plugin);
    const key = new ScriptedKey();
    key.version = { ...key.version, identity: 'the next', lineage: 'n' };
    const after = stage({ clock, key, previous: [old] });
    await after.look();
    expect(await decrypt(after.plugin, made)).toEqual(seed);
    expect((await encrypt(after.plugin)).keyId).not.toBe(made.keyId);
    expect(old.calls.encrypt).toBe(2); // the first one's proof, and what it encrypted
  });

  test('while a previous key has not told which it is, a key id that nobody knows is not refused for good', async () => {
    const old = new ScriptedKey();
    const before = stage({ clock, key: old });
    await before.look();
    const made = await encrypt(before.plugin);
    const key = new ScriptedKey();
    key.version = { ...key.version, identity: 'the next' };
    old.script = unavailable;
    const after = stage({ clock, key, previous: [old] });
    await after.look();
    expect(await outcome(decrypt(after.plugin, made))).toBe('UNAVAILABLE');
    old.script = () => undefined;
    await after.look();
    expect(await decrypt(after.plugin, made)).toEqual(seed);
  });
});

describe('Decrypt refuses what is not its own, and asks nobody about it', () => {
  const annotations = (version: string): ReadonlyMap<string, Uint8Array> => new Map([[versionAnnotation, Buffer.from(version)]]);
  test.each<[string, (made: EncryptResponse) => Partial<EncryptResponse>]>([
    ['kms 11: an unknown key id', () => ({ keyId: 'k1-unknown' })],
    ['kms 12: no key id', () => ({ keyId: '' })],
    ['kms 12: a key id that is too long', () => ({ keyId: 'k'.repeat(1025) })],
    ['kms 12: no annotations', () => ({ annotations: new Map() })],
    ['kms 12: one annotation more', ({ annotations: own }) => ({ annotations: new Map([...own, ['a.b', Buffer.of(1)]]) })],
    ['kms 12: an empty annotation', () => ({ annotations: annotations('') })],
    ['kms 13: another version in the annotation', () => ({ annotations: annotations('v2') })],
    [
      'kms 13: one character of the key id changed',
      ({ keyId }) => ({ keyId: `${keyId.slice(0, -1)}${keyId.endsWith('A') ? 'B' : 'A'}` }),
    ],
    ['no ciphertext', () => ({ ciphertext: Buffer.alloc(0) })],
    ['a ciphertext that is too long', () => ({ ciphertext: Buffer.alloc(1025) })],
  ])('%s', async (_, change) => {
    const { plugin, look, key } = stage({ clock, cacheEntries: 0 });
    await look();
    const made = await encrypt(plugin);
    const before = key.calls.decrypt;
    expect(await outcome(decrypt(plugin, { ...made, ...change(made) }))).toBe('INVALID_ARGUMENT');
    expect(key.calls.decrypt).toBe(before);
  });

  test.each([
    ['another cluster', { cluster: 'staging' }],
    ['another provider', { provider: 'other' }],
  ])('kms 14: what %s has encrypted with the same key does not open', async (_, change) => {
    const key = new ScriptedKey();
    const [here, there] = [stage({ clock, key }), stage({ clock, key, ...change })];
    await Promise.all([here.look(), there.look()]);
    expect(await outcome(decrypt(here.plugin, await encrypt(there.plugin)))).toBe('INVALID_ARGUMENT');
  });

  test('kms 20: what a key of the same name has encrypted before it was deleted', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    key.version = { ...key.version, lineage: 'b' };
    await look();
    expect(plugin.status().keyId).not.toBe(made.keyId);
    await expect(decrypt(plugin, made)).rejects.toThrow('deleted and made anew');
  });
});
