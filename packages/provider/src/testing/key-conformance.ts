import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { troubleOf } from '../errors.ts';
import type { KeyBinding, KeyEncryption, KeyVersion } from '../key-encryption.ts';

/** A backend with one key, and whoever may change that key. */
export interface KeyWorld {
  /** Opens the key, as one node does. Each call is another node, or the same after a restart. */
  open(): KeyEncryption;
  /** The key gets one more version, which encrypts from now on. */
  rotate(): Promise<void>;
  /** The key may not be used any more. */
  disable(): Promise<void>;
  /** The key is deleted, and made anew under the same name. */
  recreate(): Promise<void>;
  /** Nobody reaches the backend any more. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
}

/** Names of cases that a backend may declare impossible, with its reason. */
export type KeyCase = 'disable' | 'recreate' | 'goAway' | 'pinned';

/** How a backend is tested. */
export interface KeySetting {
  start(): Promise<KeyWorld>;
  readonly cannot?: Partial<Record<KeyCase, string>>;
}

const binding: KeyBinding = { provider: 'signet', cluster: 'prod', keyId: 'k1-abc' };
const { signal } = new AbortController();
const seed = Uint8Array.from({ length: 32 }, (_, index) => index * 7);

async function troubleIn(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'none', troubleOf);
}

async function codeIn(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

/**
 * Declares the tests that every backend of keys passes, each in a world of its own.
 *
 * @example describeKey('local', { start: startLocalWorld, cannot: { goAway: '...' } })
 */
export function describeKey(name: string, { start, cannot = {} }: KeySetting): void {
  describe(`a key of ${name}`, () => {
    let world: KeyWorld;
    const opened: KeyEncryption[] = [];
    const open = (): KeyEncryption => {
      const key = world.open();
      opened.push(key);
      return key;
    };
    beforeEach(async () => {
      world = await start();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(async (key) => key.close()));
      await world.stop();
    });
    const unless = (which: KeyCase, title: string, run: () => Promise<void>): void => {
      const reason = cannot[which];
      if (reason === undefined) test(title, run);
      else test(`${title}: cannot be with ${name}: ${reason}`, () => expect(reason.length).toBeGreaterThan(10));
    };

    test('kms 18: it is described alike on two nodes and after a restart', async () => {
      const first = await open().describe(signal);
      expect(first.state).toBe('enabled');
      expect(first.version).toMatch(/^[\x21-\x7e]{1,128}$/);
      expect(await open().describe(signal)).toEqual(first);
    });

    test.each([1, 32, 512])('kms 5: kms 6: kms 8: %d bytes come back, and their ciphertext has at most 1024', async (length) => {
      const key = open();
      const { version } = await key.describe(signal);
      const plaintext = Uint8Array.from({ length }, (_, index) => index % 251);
      const ciphertext = await key.encrypt(plaintext, version, binding, signal);
      expect(ciphertext.length).toBeGreaterThan(0);
      expect(ciphertext.length).toBeLessThanOrEqual(1024);
      const back = await open().decrypt(ciphertext, version, binding, signal);
      expect(Buffer.from(back.plaintext)).toEqual(Buffer.from(plaintext));
    });

    test('kms 7: the same plaintext is encrypted to something else each time', async () => {
      const key = open();
      const { version } = await key.describe(signal);
      const [a, b] = await Promise.all([1, 2].map(async () => key.encrypt(seed, version, binding, signal)));
      expect(Buffer.from(a ?? []).equals(b ?? Buffer.alloc(0))).toBe(false);
    });

    test.each<[string, Partial<KeyBinding>]>([
      ['kms 14: of another cluster', { cluster: 'staging' }],
      ['kms 14: of another provider', { provider: 'other' }],
      ['kms 13: with another key id', { keyId: 'k1-abd' }],
      ['kms 14: with the border between provider and cluster moved', { provider: 'signetp', cluster: 'rod' }],
    ])('%s it does not open', async (_, change) => {
      const key = open();
      const { version } = await key.describe(signal);
      const ciphertext = await key.encrypt(seed, version, binding, signal);
      expect(await codeIn(key.decrypt(ciphertext, version, { ...binding, ...change }, signal))).toBe(
        'SIGNET_PROVIDER_BAD_CIPHERTEXT',
      );
    });

    test('kms 13: a ciphertext with one bit changed, cut or lengthened does not open', async () => {
      const key = open();
      const { version } = await key.describe(signal);
      const ciphertext = await key.encrypt(seed, version, binding, signal);
      const flip = (at: number): Uint8Array => ciphertext.map((byte, index) => (index === at ? byte ^ 1 : byte));
      const changed = [
        ...[0, 1, Math.floor(ciphertext.length / 2), ciphertext.length - 1].map(flip),
        ciphertext.subarray(0, -1),
        ciphertext.subarray(0, 3),
        Buffer.concat([ciphertext, Buffer.of(0)]),
      ];
      for (const each of changed) expect(await troubleIn(key.decrypt(each, version, binding, signal))).not.toBe('none');
    });

    test('kms 15: after a rotation the new version encrypts, and what the old one has encrypted opens', async () => {
      const key = open();
      const before = await key.describe(signal);
      const old = await key.encrypt(seed, before.version, binding, signal);
      await world.rotate();
      const after = await key.describe(signal);
      const { identity, lineage }: KeyVersion = before;
      expect(after).toMatchObject({ identity, lineage, state: 'enabled' });
      expect(after.ordinal).toBeGreaterThan(before.ordinal);
      expect(after.version).not.toBe(before.version);
      const { plaintext } = await key.decrypt(old, before.version, binding, signal);
      expect(Buffer.from(plaintext)).toEqual(Buffer.from(seed));
    });

    test('kms 16: a node that has not seen a rotation opens what another one has encrypted after it', async () => {
      const late = open();
      await late.describe(signal);
      await world.rotate();
      const early = open();
      const { version } = await early.describe(signal);
      const ciphertext = await early.encrypt(seed, version, binding, signal);
      const { plaintext } = await late.decrypt(ciphertext, version, binding, signal);
      expect(Buffer.from(plaintext)).toEqual(Buffer.from(seed));
    });

    unless(
      'pinned',
      'promise 12: after a rotation the old version still encrypts when it is asked to, and only its label opens it',
      async () => {
        const key = open();
        const before = await key.describe(signal);
        await world.rotate();
        const after = await key.describe(signal);
        const ciphertext = await key.encrypt(seed, before.version, binding, signal);
        const opens = await key.decrypt(ciphertext, before.version, binding, signal);
        expect(Buffer.from(opens.plaintext)).toEqual(Buffer.from(seed));
        expect(await troubleIn(key.decrypt(ciphertext, after.version, binding, signal))).not.toBe('none');
      },
    );

    test('kms 11: a version that there never was is not there', async () => {
      const key = open();
      const { version } = await key.describe(signal);
      const ciphertext = await key.encrypt(seed, version, binding, signal);
      expect(['missing', 'invalid']).toContain(await troubleIn(key.decrypt(ciphertext, '999-0000000000000000', binding, signal)));
    });

    unless('disable', 'kms 23: a key that was disabled is told apart from one that is out of reach', async () => {
      const key = open();
      const { version } = await key.describe(signal);
      const ciphertext = await key.encrypt(seed, version, binding, signal);
      await world.disable();
      const described = await key.describe(signal).then(({ state }) => state, troubleOf);
      expect(['disabled', 'denied']).toContain(described);
      expect(await troubleIn(key.encrypt(seed, version, binding, signal))).toBe('denied');
      expect(await troubleIn(key.decrypt(ciphertext, version, binding, signal))).toBe('denied');
    });

    unless('recreate', 'kms 20: a key that was made anew under the same name is another one', async () => {
      const key = open();
      const before = await key.describe(signal);
      const ciphertext = await key.encrypt(seed, before.version, binding, signal);
      await world.recreate();
      const fresh = open();
      const after = await fresh.describe(signal);
      expect([after.identity, after.lineage, after.version]).not.toEqual([before.identity, before.lineage, before.version]);
      expect(await troubleIn(fresh.decrypt(ciphertext, before.version, binding, signal))).not.toBe('none');
    });

    unless('goAway', 'kms 22: out of reach is unavailable, and nothing else', async () => {
      const key = open();
      await world.goAway();
      expect(await troubleIn(key.describe(signal))).toBe('unavailable');
    });

    test('kms 26: what nobody waits for is not done', async () => {
      const key = open();
      const { version } = await key.describe(signal);
      const gone = AbortSignal.abort(new DOMException('gone', 'AbortError'));
      await expect(key.describe(gone)).rejects.toThrow('gone');
      await expect(key.encrypt(seed, version, binding, gone)).rejects.toThrow('gone');
      await expect(key.decrypt(seed, version, binding, gone)).rejects.toThrow('gone');
    });
  });
}
