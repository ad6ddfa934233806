import type { ExternalFigures } from '../external.ts';
import { phaseLines, s, verdictLines } from '../settle/table.ts';

/** The figures as a person reads them. */
export function externalTableOf(figures: ExternalFigures, verdicts: Readonly<Record<string, boolean>>): string {
  const { cores, objects, stores, connections, floor, firstSync, restart, refresh } = figures;
  const phases = [['first sync', firstSync] as const, ['restart', restart] as const];
  return [
    `${objects} ExternalSecrets of one item over ${stores} stores, ${cores} cores shared with the control plane and the stores`,
    '',
    floor
      ? `  floor: ${s(floor.seconds)} over ${connections} connections (${s(floor.createSeconds)} of it creates; CPU of the API server ${s(floor.apiServerSeconds)})`
      : '  floor: not measured',
    '',
    ...phaseLines(refresh ? [...phases, ['refresh', refresh] as const] : phases, floor?.seconds),
    '',
    refresh
      ? `  ${refresh.refreshes} refreshes, late by p50 / p99 / max ${refresh.lag.p50} / ${refresh.lag.p99} / ${refresh.lag.max} ms`
      : '  refresh: not measured',
    '',
    ...verdictLines(verdicts),
  ].join('\n');
}
