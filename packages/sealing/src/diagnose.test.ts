import { describe, expect, test } from 'vitest';
import { keyPair, keyring } from '../test/key-pairs.ts';
import { scopes } from './binding.ts';
import type { Binding } from './binding.ts';
import { diagnose } from './diagnose.ts';
import { seal } from './seal.ts';

const { certificate } = await keyPair('a');
const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
const sealed = (binding: Binding): Promise<string> => seal(Uint8Array.of(1), certificate, binding);

describe('the scope that was forgotten', () => {
  const rows = scopes.flatMap((made) => scopes.filter((asked) => asked !== made).map((asked) => ({ made, asked })));
  test.each(rows)('sealed $made, marked $asked', async ({ made, asked }) => {
    const binding = { ...place, scope: made };
    expect(await diagnose(await keyring('b', 'a'), await sealed(binding), { ...place, scope: asked })).toEqual({
      kind: 'sealed for another place',
      binding,
    });
  });
});

test('the place it was copied from, if it is among the candidates', async () => {
  const from: Binding = { ...place, name: 'old' };
  const ring = await keyring('a');
  expect(await diagnose(ring, await sealed(from), place)).toEqual({ kind: 'unknown' });
  expect(await diagnose(ring, await sealed(from), place, [{ ...place, name: 'x' }, from])).toEqual({
    kind: 'sealed for another place',
    binding: from,
  });
});

test('a label is tried once, and the one that failed not at all', async () => {
  const ring = await keyring('b', 'c');
  const same: Binding = { ...place, scope: 'namespace-wide' };
  await diagnose(ring, await sealed(place), place, [place, same, { ...same, name: 'other' }]);
  expect(ring.privateOperations).toBe(2); // one label, two keys
});

test('a wrong key and tampering stay one', async () => {
  const ring = await keyring('b');
  expect(await diagnose(ring, await sealed(place), place)).toEqual({ kind: 'unknown' });
});

test.each([
  ['!', 'illegal base64 data at input byte 0'],
  ['AQA=', 'a sealed item of 2 bytes is too short: its parts need 274'],
  ['CAA=', 'sealed by a newer format (first byte 8)'],
])('%j is not a sealed item', async (text, message) => {
  const ring = await keyring('a');
  expect(await diagnose(ring, text, place)).toEqual({ kind: 'not a sealed item', message });
  expect(ring.privateOperations).toBe(0);
});
