import type { ExternalFigures } from '../external.ts';
import type { Phase } from '../settle/phases.ts';

/** What is promised. */
export const aims = {
  overFloor: 1.5,
  restartSeconds: 5,
  arrivalMs: 2000,
  lagMs: 5000,
  rssMiB: 300,
  /** To one store; `--concurrent` requests to the API server; and the watches, the servers and what asks them. */
  sockets: { ofStore: 16, concurrent: 256, others: 32 },
} as const;

/** Calls elsewhere whose name fits. */
function callsOf({ elsewhere }: Phase, name: RegExp): number {
  return Object.entries(elsewhere).reduce((sum, [call, count]) => sum + (name.test(call) ? count : 0), 0);
}

/** Reads of OpenBao, one secret each, and of Secrets Manager, up to 20. */
const reads = /^GET \/v1\/secret\/data$|^secretsmanager\./;
/** AppRole logins of OpenBao, roles assumed at STS. */
const logins = /^(?:POST|PUT) \/v1\/auth\/vault-|^POST \/$/;

/** Each aim in words, with whether it was met. */
export function verdictsOf({
  objects,
  stores,
  floor,
  firstSync,
  restart,
  refresh,
}: ExternalFigures): Readonly<Record<string, boolean>> {
  const lives: readonly Phase[] = refresh ? [firstSync, restart, refresh] : [firstSync, restart];
  const allowed = floor && aims.overFloor * floor.seconds;
  const sockets = stores * aims.sockets.ofStore + aims.sockets.concurrent + aims.sockets.others;
  const mostLogins = (phase: Phase): number =>
    Math.max(0, ...Object.entries(phase.elsewhere).map(([name, count]) => (logins.test(name) ? count : 0)));
  return {
    ...(allowed !== undefined && { [`first sync within ${allowed.toFixed(1)} s`]: firstSync.seconds <= allowed }),
    [`restart within ${aims.restartSeconds} s`]: restart.seconds < aims.restartSeconds,
    'a restart writes and tells nothing of what is current': restart.settled.changed === 0 && restart.settled.writes <= 0,
    [`new objects wait less than ${aims.arrivalMs} ms (p99)`]: lives.every(({ latency }) => latency.p99 < aims.arrivalMs),
    ...(refresh && { [`refreshes come at most ${aims.lagMs} ms late (p99)`]: refresh.lag.p99 < aims.lagMs }),
    [`RSS below ${aims.rssMiB} MiB at its peak`]: lives.every(({ process }) => process.peakRssMiB < aims.rssMiB),
    'at most one login of each store in each life': lives.every(
      (phase) => callsOf(phase, logins) <= stores && mostLogins(phase) <= stores,
    ),
    'first sync: no more reads than keys': callsOf(firstSync, reads) <= objects + firstSync.latency.count,
    ...(refresh && { 'refresh: no more reads than keys': callsOf(refresh, reads) <= refresh.refreshes + refresh.latency.count }),
    [`at most ${sockets} sockets`]: lives.every((phase) => phase.sockets <= sockets),
  };
}
