/** Calls pass; `strikes` troubles came in a row. */
interface Closed {
  readonly state: 'closed';
  readonly strikes: number;
}

/**
 * No call passes before `nextProbeAt` (milliseconds since the epoch). `attempt`: probes that failed since it opened. `leftAloneUntil`: the
 * backend asked for it.
 */
interface Open {
  readonly state: 'open';
  readonly attempt: number;
  readonly nextProbeAt: number;
  readonly leftAloneUntil?: number | undefined;
}

/** One call is under way to find out. */
interface HalfOpen {
  readonly state: 'half-open';
  readonly attempt: number;
}

/** Whether a store is asked at all. */
export type Circuit = Closed | Open | HalfOpen;

/**
 * - `answered`: the backend said something, be it that it has no such secret or that access is denied;
 * - `trouble`: it did not, or asked to be left alone (`retryAfterMs`, or `throttled`);
 * - `renewed`: what made the trouble was changed;
 * - `hung`: a call has had no answer for too long, and neither has any other since;
 * - `probe`, `probe-failed`: the one call that is made while the circuit is open.
 */
export type Happening =
  | { readonly is: 'answered' | 'hung' | 'probe' | 'renewed' }
  | { readonly is: 'trouble'; readonly throttled: boolean; readonly retryAfterMs?: number | undefined }
  | { readonly is: 'probe-failed'; readonly retryAfterMs?: number | undefined };

/** Time, and chance in [0, 1). */
export interface Moment {
  readonly now: number;
  readonly random: number;
}

/** A store that nothing is known of. */
export const healthy: Circuit = { state: 'closed', strikes: 0 };

/** Troubles in a row that open the circuit. */
const patience = 3;
/** The last one repeats. */
const probeDelaysMs = [1000, 2000, 4000, 5000] as const;
/** The longest a backend's wish to be left alone is honoured: a wrong one must not stop a store for days. */
const longestWishMs = 300_000;

/**
 * What becomes of a circuit. Pure.
 *
 * Closed opens after three troubles in a row, one hang, or one wish to be left alone; open lets one probe pass when it is due; the
 * probe closes it or opens it for longer: 1, 2, 4, then 5 s each, up to a quarter less by chance. Any answer closes it, unless the backend
 * wants to be left alone: that is granted to the end.
 */
export function afterwards(circuit: Circuit, happening: Happening, moment: Moment): Circuit {
  switch (happening.is) {
    case 'renewed':
      return healthy;
    case 'answered': // while it wants to be left alone, a call that began before is answered: that is no leave to make others
      return circuit.state === 'open' && (circuit.leftAloneUntil ?? 0) > moment.now ? circuit : healthy;
    case 'hung':
      return circuit.state === 'closed' ? opened(0, undefined, moment) : circuit;
    case 'trouble': {
      if (circuit.state === 'open') return longer(circuit, happening.retryAfterMs, moment);
      if (circuit.state === 'half-open') return circuit; // a call that began before it opened: nothing new
      const strikes = circuit.strikes + 1;
      const atOnce = happening.throttled || happening.retryAfterMs !== undefined;
      return atOnce || strikes >= patience ? opened(0, happening.retryAfterMs, moment) : { state: 'closed', strikes };
    }
    case 'probe':
      return circuit.state === 'open' && circuit.nextProbeAt <= moment.now
        ? { state: 'half-open', attempt: circuit.attempt }
        : circuit;
    case 'probe-failed':
      return circuit.state === 'half-open' ? opened(circuit.attempt + 1, happening.retryAfterMs, moment) : circuit;
  }
}

function opened(attempt: number, wishMs: number | undefined, { now, random }: Moment): Circuit {
  const own = probeDelaysMs[Math.min(attempt, probeDelaysMs.length - 1)] ?? 0;
  const circuit: Open = { state: 'open', attempt, nextProbeAt: now + Math.ceil(own * (1 - random / 4)) };
  return longer(circuit, wishMs, { now, random });
}

/** A wish to be left alone counts whatever else is known. */
function longer(circuit: Open, wishMs: number | undefined, { now }: Moment): Open {
  if (wishMs === undefined) return circuit;
  const until = Math.max(circuit.leftAloneUntil ?? 0, now + Math.ceil(Math.min(wishMs, longestWishMs)));
  return { ...circuit, leftAloneUntil: until, nextProbeAt: Math.max(circuit.nextProbeAt, until) };
}
