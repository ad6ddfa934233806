import type { Lease } from '../client/index.ts';

/** Who wants a lease, and how long it holds. */
export interface Claimant {
  readonly identity: string;
  readonly leaseDurationMs: number;
}

/** The Lease as it was read, and for how long this process has seen it unchanged. */
export interface Observed {
  readonly lease: Lease | undefined;
  readonly unchangedForMs: number;
}

/** What to do about a lease: write it, or leave it to its holder. */
export type Claim =
  | { readonly do: 'create' | 'replace'; readonly spec: NonNullable<Lease['spec']> }
  | { readonly do: 'wait'; readonly holder: string };

/**
 * Decides whether a lease may be taken or renewed. Pure.
 *
 * Nobody's clock is compared with anybody else's: a holder counts as gone only when its record has not changed for the
 * duration the record promises, as measured here (client-go's leader election does the same). `renewTime` is for people.
 *
 * @param nowMs wall clock, for the times written into the record
 */
export function claim({ lease, unchangedForMs }: Observed, { identity, leaseDurationMs }: Claimant, nowMs: number): Claim {
  const now = microTime(nowMs);
  const mine = { holderIdentity: identity, leaseDurationSeconds: leaseDurationMs / 1000, renewTime: now };
  if (!lease) return { do: 'create', spec: { ...mine, acquireTime: now, leaseTransitions: 0 } };

  const { spec = {} } = lease;
  if (spec.holderIdentity === identity) return { do: 'replace', spec: { ...spec, ...mine } };

  const promisedMs = (spec.leaseDurationSeconds ?? 0) > 0 ? (spec.leaseDurationSeconds ?? 0) * 1000 : leaseDurationMs;
  if (spec.holderIdentity && unchangedForMs < promisedMs) return { do: 'wait', holder: spec.holderIdentity };
  return { do: 'replace', spec: { ...spec, ...mine, acquireTime: now, leaseTransitions: (spec.leaseTransitions ?? 0) + 1 } };
}

/** The record of a lease given back: no holder, and a duration so short that nobody waits for it. */
export function released(spec: NonNullable<Lease['spec']>, nowMs: number): NonNullable<Lease['spec']> {
  const now = microTime(nowMs);
  return { ...spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
}

/** A Kubernetes MicroTime: RFC 3339 in UTC with exactly six decimals. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
