import { comeBack, providerErrors } from '@signet/provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { decrypt, encrypt, outcome, patiently, seed, unavailable } from '../testing/calls.ts';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { forever } from '../testing/scripted-key.ts';
import { stage } from '../testing/stage.ts';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

describe('under load', () => {
  test.each([64, 256])('kms 28: %d decryptions of one seed at once are one call to the backend', async (count) => {
    const { plugin, look, key, cache } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    cache.clear();
    const before = key.calls.decrypt;
    const opened = await Promise.all(Array.from({ length: count }, async () => decrypt(plugin, made)));
    expect(new Set(opened.map((each) => each.toString('hex')))).toEqual(new Set([seed.toString('hex')]));
    expect(key.calls.decrypt - before).toBe(1);
  });

  test('one that leaves does not fail the others; when all have left, the backend hears of it', async () => {
    const { plugin, look, key, cache } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    cache.clear();
    key.script = async (_call, within) => forever(within);
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [decrypt(plugin, made, first.signal), decrypt(plugin, made, second.signal)].map(outcome);
    await settled();
    first.abort();
    expect(await waiting[0]).toBe('CANCELLED');
    expect(key.aborted).toBe(0);
    second.abort();
    expect(await waiting[1]).toBe('CANCELLED');
    expect(key.aborted).toBe(1);
  });

  test('kms 26: kms 27: a backend that does not answer is given up before the API server gives us up', async () => {
    const { plugin, look, key, cache } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    cache.clear();
    key.script = async (_call, within) => forever(within);
    const waiting = [outcome(encrypt(plugin)), outcome(decrypt(plugin, made))];
    await clock.forward(2500);
    expect(await Promise.all(waiting)).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
    expect(key.aborted).toBe(2);
  });

  test('kms 27: also one that does not listen to being given up', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    key.script = async () => forever(new AbortController().signal);
    const waiting = outcome(encrypt(plugin));
    await clock.forward(2500);
    expect(await waiting).toBe('DEADLINE_EXCEEDED');
  });

  test('kms 42: what passes is tried again, three times at most, within the deadline', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = key.calls.encrypt;
    key.script = unavailable;
    expect(await outcome(patiently(clock, encrypt(plugin)))).toBe('UNAVAILABLE');
    expect(key.calls.encrypt - before).toBe(3);
    let failures = 0;
    key.script = () => {
      failures += 1;
      if (failures < 3) unavailable();
    };
    expect(await outcome(patiently(clock, encrypt(plugin)))).toBe('OK');
  });

  test('kms 42: a backend that asks for more time than there is, is not asked again', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = key.calls.encrypt;
    key.script = () => {
      throw comeBack(providerErrors.THROTTLED({ because: '429' }), 60_000);
    };
    expect(await outcome(encrypt(plugin))).toBe('UNAVAILABLE');
    expect(key.calls.encrypt - before).toBe(1);
  });

  test('what somebody decided is not tried again', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const before = key.calls.encrypt;
    key.script = () => {
      throw providerErrors.ACCESS_DENIED({ because: '403' });
    };
    expect(await outcome(encrypt(plugin))).toBe('PERMISSION_DENIED');
    expect(key.calls.encrypt - before).toBe(1);
  });

  test('more calls at once than allowed wait their turn, within their own time', async () => {
    const { plugin, look, key } = stage({ clock, maxCalls: 2 });
    await look();
    let [under, most] = [0, 0];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    key.script = async () => {
      under += 1;
      most = Math.max(most, under);
      await gate;
      under -= 1;
    };
    const gone = new AbortController();
    const inside = [encrypt(plugin), encrypt(plugin)].map(outcome);
    const leaving = outcome(plugin.encrypt({ plaintext: seed, uid: 'u' }, gone.signal));
    const waiting = [...inside, ...Array.from({ length: 20 }, async () => outcome(encrypt(plugin)))];
    gone.abort();
    await settled();
    open();
    expect(await leaving).toBe('CANCELLED');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['OK']));
    expect(most).toBe(2);
  });

  test('those who wait behind a backend that hangs are given up in time', async () => {
    const { plugin, look, key } = stage({ clock, maxCalls: 2 });
    await look();
    key.script = async (_call, within) => forever(within);
    const waiting = Array.from({ length: 10 }, async () => outcome(encrypt(plugin)));
    await clock.forward(2500);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['DEADLINE_EXCEEDED']));
    key.script = () => undefined;
    expect(await outcome(encrypt(plugin))).toBe('OK');
  });

  test('kms 29: 5000 distinct seeds at a cold start are all opened, one call for each', async () => {
    const { plugin, look, key, cache } = stage({ clock, cacheEntries: 10_000 });
    await look();
    const made = await Promise.all(Array.from({ length: 5000 }, async () => encrypt(plugin)));
    cache.clear();
    const before = key.calls.decrypt;
    const opened = await Promise.all(made.map(async (each) => decrypt(plugin, each)));
    expect(opened.every((each) => each.equals(seed))).toBe(true);
    expect(key.calls.decrypt - before).toBe(5000);
  });
});

describe('the cache', () => {
  test('an API server that restarts asks the backend for no seed it has had', async () => {
    const { plugin, look, key } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    const before = key.calls.decrypt;
    for (let restart = 0; restart < 3; restart++) expect(await decrypt(plugin, made)).toEqual(seed);
    expect(key.calls.decrypt).toBe(before);
  });

  test('forgets everything once the key is revoked', async () => {
    const { plugin, look, key, cache } = stage({ clock });
    await look();
    await encrypt(plugin);
    key.version = { ...key.version, state: 'disabled' };
    await look();
    expect(() => plugin.status()).toThrow('the key may not be used');
    expect(cache.size).toBe(0);
  });

  test('is not filled by what was changed', async () => {
    const { plugin, look } = stage({ clock });
    await look();
    const made = await encrypt(plugin);
    const changed = { ...made, ciphertext: Uint8Array.from(made.ciphertext, (byte, index) => (index === 0 ? byte ^ 1 : byte)) };
    expect(await outcome(decrypt(plugin, changed))).toBe('INVALID_ARGUMENT');
    expect(await outcome(decrypt(plugin, changed))).toBe('INVALID_ARGUMENT');
  });
});
