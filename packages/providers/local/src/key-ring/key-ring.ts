import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** One key of a ring. */
export interface RingKey {
  /** 1, 2, 3, ... */
  readonly number: number;
  /** `2-0f3b...`: the number, and a fingerprint of the key, so that two rings that were rotated apart never mean two keys by one name. */
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** 256 bits. Kept where it is neither printed nor serialised. */
  readonly key: KeyObject;
}

/** AES-256 keys of one lineage. The last one encrypts; all decrypt. */
export interface KeyRing {
  /** Chosen by whoever made the ring. */
  readonly name: string;
  /** Drawn when the ring was made. */
  readonly lineage: string;
  /** In the order of their numbers; at least one. */
  readonly keys: readonly RingKey[];
  readonly isDisabled: boolean;
}

const format = 'signet.dev/key-ring/v1';
const keyBytes = 32;

/** Room for about 4000 keys. */
export const maxRingBytes: number = 1 << 20;

const schema = z.strictObject({
  format: z.literal(format),
  name: z.string().regex(/^[\w.-]{1,64}$/),
  lineage: z.string().regex(/^[0-9a-f]{32}$/),
  disabled: z.boolean().optional(),
  keys: z
    .array(
      z.strictObject({
        number: z.number().int().min(1),
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
        createdAt: z.iso.datetime(),
        key: z.base64().length(44),
      }),
    )
    .min(1),
});

/** Says what a key is without telling it: HMAC-SHA-256 of a fixed text, 8 bytes of it. */
function fingerprint(key: Uint8Array): string {
  return createHmac('sha256', key).update('signet.dev/key-ring fingerprint').digest('hex').slice(0, 16);
}

function ringKey(number: number, createdAt: string, key: Uint8Array): RingKey {
  const made = { number, version: `${number}-${fingerprint(key)}`, createdAt };
  const object = createSecretKey(key);
  key.fill(0);
  return { ...made, key: object };
}

/** A ring with one new key. @param options name: letters, digits, `.`, `_`, `-`, at most 64; now: when */
export function newRing({ name, now }: { readonly name: string; readonly now: Date }): KeyRing {
  const keys = [ringKey(1, now.toISOString(), randomBytes(keyBytes))];
  return { name, lineage: randomBytes(16).toString('hex'), keys, isDisabled: false };
}

/** The ring with one more key, which encrypts from now on. */
export function rotated(ring: KeyRing, now: Date): KeyRing {
  const next = activeKey(ring).number + 1;
  return { ...ring, keys: [...ring.keys, ringKey(next, now.toISOString(), randomBytes(keyBytes))] };
}

/** The key that encrypts. */
export function activeKey({ keys }: KeyRing): RingKey {
  const last = keys.at(-1);
  if (!last) throw new Error('a key ring has at least one key');
  return last;
}

/** The content of a ring's file. */
export function writeRing({ name, lineage, keys, isDisabled }: KeyRing): Uint8Array {
  const written = keys.map(({ number, version, createdAt, key }) => {
    const bytes = key.export();
    const entry = { number, fingerprint: version.slice(version.indexOf('-') + 1), createdAt, key: bytes.toString('base64') };
    bytes.fill(0);
    return entry;
  });
  const ring = { format, name, lineage, ...(isDisabled && { disabled: true }), keys: written };
  return Buffer.from(`${JSON.stringify(ring, undefined, 2)}\n`, 'utf8');
}

/**
 * Reads the content of a ring's file. Every fingerprint is compared with its key.
 *
 * @returns the ring, or what is wrong with it, without a word of its content
 */
export function readRing(bytes: Uint8Array): KeyRing | { readonly wrong: string } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return { wrong: 'it is not JSON' };
  }
  const read = schema.safeParse(json);
  if (!read.success) return { wrong: `${read.error.issues[0]?.path.join('.') || 'it'} is not as in a key ring` };
  const { name, lineage, disabled, keys: written } = read.data;
  const keys: RingKey[] = [];
  for (const { number, fingerprint: expected, createdAt, key } of written) {
    const bytesOfKey = Buffer.from(key, 'base64');
    if (bytesOfKey.length !== keyBytes) return { wrong: `key ${number} has not 256 bits` };
    const made = ringKey(number, createdAt, bytesOfKey);
    if (made.version !== `${number}-${expected}`) return { wrong: `key ${number} is not the key of its fingerprint` };
    if (number <= (keys.at(-1)?.number ?? 0)) return { wrong: 'the numbers of its keys do not rise' };
    keys.push(made);
  }
  return { name, lineage, keys, isDisabled: disabled ?? false };
}
