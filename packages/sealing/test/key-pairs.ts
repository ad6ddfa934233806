import { generateSealingKey, Keyring, openingKey } from '../src/index.ts';
import type { GeneratedKey, KeyringEntry } from '../src/index.ts';

const made = new Map<string, Promise<GeneratedKey>>();

/** A 2048-bit key pair by name, made once per run: the tests ship no private keys. */
export function keyPair(name: string): Promise<GeneratedKey> {
  const known = made.get(name) ?? generateSealingKey({ bits: 2048, commonName: name });
  made.set(name, known);
  return known;
}

/** A keyring entry of {@link keyPair}, ordered by the given day. */
export async function entry(name: string, day = '2026-01-01'): Promise<KeyringEntry> {
  const { certificate, privateKeyPem } = await keyPair(name);
  return { certificate, key: await openingKey(privateKeyPem), orderedAt: new Date(`${day}T00:00:00Z`) };
}

/** A keyring of {@link entry entries}, the first name being the newest. */
export async function keyring(...names: string[]): Promise<Keyring> {
  return new Keyring(await Promise.all(names.map((name, index) => entry(name, `2026-01-${28 - index}`))));
}
