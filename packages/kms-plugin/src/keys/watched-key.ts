import type { KeyVersion, Trouble } from '@signet/provider';

/** A version that has been proven, or is about to be. */
export interface Candidate extends KeyVersion {
  readonly keyId: string;
}

/** Why a key that worked works no longer. */
export type Fault =
  /** Waited out: the backend, or the way to it. */
  | 'outage'
  /** Somebody decided so: disabled, deleted, access withdrawn. */
  | 'revoked';

/** What is known of a key. Only {@link observe} makes the next one. */
export interface KeyState {
  /** What encrypts: proven at least once, and the newest that was. */
  readonly active?: Candidate;
  readonly fault?: Fault;
  /** Failed observations since the last good one. */
  readonly failures: number;
  /** When it was last proven that the active version encrypts and decrypts, milliseconds since the epoch. */
  readonly provenAt?: number;
}

/** What one look at a key brought. */
export type Observation =
  /** Described, and a probe went through Encrypt and Decrypt with exactly this version. */
  | { readonly saw: 'proof'; readonly of: Candidate; readonly at: number }
  | { readonly saw: 'trouble'; readonly trouble: Trouble | 'disabled' };

/** Nothing is known yet. */
export const unknownKey: KeyState = { failures: 0 };

/** So many failures in a row are an outage; fewer are a hiccup that nobody hears of. */
const failuresOfAnOutage = 2;

/**
 * What is known of a key after one more look. Pure.
 *
 * - A proven version becomes active unless it is earlier than the active one of the same lineage: a backend whose replicas disagree does
 *   not make key ids alternate.
 * - What waits heals: an outage after two failures keeps the key id. What somebody decided (`denied`, `invalid`, `missing`, `disabled`) revokes
 *   at once.
 */
export function observe(state: KeyState, observation: Observation): KeyState {
  if (observation.saw === 'trouble') return failed(state, observation.trouble);
  const { of, at } = observation;
  return { active: mayFollow(of, state.active) ? of : (state.active ?? of), failures: 0, provenAt: at };
}

/** Whether a version that was seen may become active: see {@link observe}. */
export function mayFollow(seen: KeyVersion, active: KeyVersion | undefined): boolean {
  if (active?.lineage !== seen.lineage || active.identity !== seen.identity) return true;
  return seen.ordinal >= active.ordinal;
}

function failed(state: KeyState, trouble: Trouble | 'disabled'): KeyState {
  const failures = state.failures + 1;
  const waits = trouble === 'unavailable' || trouble === 'throttled';
  if (!waits) return { ...state, failures, fault: 'revoked' };
  // What was revoked stays so until it is seen to work.
  const fault = state.fault ?? (failures >= failuresOfAnOutage ? 'outage' : undefined);
  return { ...state, failures, ...(fault && { fault }) };
}

/** What Status says: an answer, or a refusal that stops writes within three minutes. */
export type Report = { readonly healthz: string; readonly active: Candidate } | { readonly refuses: 'not proven yet' | 'revoked' };

/**
 * What the API server is told of a key. A transient outage keeps the key id and turns readiness red, writes go on with the seed it has; a key
 * that was revoked is an error, so that writes stop (kubernetes/kubernetes #138950: an answer with a key id would let them go on for ever).
 */
export function reportOf({ active, fault }: KeyState): Report {
  if (fault === 'revoked') return { refuses: 'revoked' };
  if (!active) return { refuses: 'not proven yet' };
  return { healthz: fault === 'outage' ? 'the key service cannot be reached' : 'ok', active };
}
