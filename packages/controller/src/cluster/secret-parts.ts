import type { OwnerReference, Secret } from '@signet/kube/client';

/** All values of a Secret together (core/v1 MaxSecretSize). */
export const maxDataBytes: number = 1024 * 1024;

/** What a Secret's type is when nobody says (core/v1 defaulting). */
export const defaultType = 'Opaque';

/** The type a live Secret has. */
export function typeOf(live: Secret): string {
  return live.type ?? defaultType;
}

/** Bytes of all values together, as the API server counts them against its limit. */
export function dataBytes(secret: Secret): number {
  return Object.values(secret.data ?? {}).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);
}

/** A value as it stands in a Secret. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The value of one key of a Secret; undefined: it has none of that name. */
export function valueIn({ data = {} }: Secret, key: string): Uint8Array | undefined {
  const text = Object.hasOwn(data, key) ? data[key] : undefined;
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/** True when both have the same keys and texts; absent and empty are the same. */
export function sameMap(one: Readonly<Record<string, string>> = {}, other: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key]);
}

/** True when the data is byte for byte the same. Both sides are base64 of the same alphabet, so the texts decide. */
export function sameData(one: Secret, other: Secret): boolean {
  return sameMap(one.data, other.data);
}

/** True for the same owners in any order. */
export function sameOwners(one: readonly OwnerReference[] = [], other: readonly OwnerReference[] = []): boolean {
  const text = (owners: readonly OwnerReference[]): string =>
    JSON.stringify(owners.map((o) => [o.apiVersion, o.kind, o.name, o.uid, o.controller ?? false]).toSorted());
  return text(one) === text(other);
}
