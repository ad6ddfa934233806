import type { SettleFigures } from '../settle.ts';
import type { Phase, Restart } from './phases.ts';

/** Lives of a controller, by name. */
export type NamedPhases = readonly (readonly [string, Phase | Restart])[];

/** Phases side by side, a line for each figure. @param least seconds that settling takes at least */
export function phaseLines(phases: NamedPhases, least: number | undefined): string[] {
  const line = (name: string, of: (phase: Phase | Restart) => string | number): string =>
    `  ${name.padEnd(34)}${phases.map(([, phase]) => String(of(phase)).padStart(18)).join('')}`;
  const counts = (of: (phase: Phase) => Readonly<Record<string, number>>): string[] =>
    [...new Set(phases.flatMap(([, phase]) => Object.keys(of(phase))))]
      .toSorted()
      .map((name) => line(name, (phase) => of(phase)[name] ?? 0));
  return [
    `  ${''.padEnd(34)}${phases.map(([name]) => name.padStart(18)).join('')}`,
    line('settled after', ({ seconds }) => s(seconds)),
    line('  over the floor', ({ seconds }) => (least === undefined ? '' : `${(seconds / least).toFixed(2)}x`)),
    line('ready after', ({ readySeconds }) => s(readySeconds)),
    line('new object served, p50 / p99', ({ latency }) => `${latency.p50} / ${latency.p99} ms`),
    line('  max, of how many', ({ latency }) => `${latency.max} ms of ${latency.count}`),
    line('private-key operations', (phase) => phase.privateKeyOperations),
    line('settled objects changed', (phase) => ('settled' in phase ? phase.settled.changed : '')),
    line('  writes, events, key operations', (phase) =>
      'settled' in phase ? [phase.settled.writes, phase.settled.events, phase.settled.privateKeyOperations].join(', ') : '',
    ),
    line('CPU, controller', ({ cpuSeconds }) => s(cpuSeconds.controller)),
    line('CPU, API server', ({ cpuSeconds }) => s(cpuSeconds.apiServer)),
    line('CPU, etcd', ({ cpuSeconds }) => s(cpuSeconds.etcd)),
    line('RSS of the controller', ({ process }) => `${Math.round(process.rssMiB)} MiB`),
    line('  at its peak', ({ process }) => `${Math.round(process.peakRssMiB)} MiB`),
    line('connections made', ({ connectionsMade }) => connectionsMade),
    line('  sockets at the same time', ({ sockets }) => sockets),
    ...counts(({ requests }) => requests),
    ...counts(({ elsewhere }) => elsewhere),
  ];
}

/** Each aim and whether it was met. */
export function verdictLines(verdicts: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(verdicts).map(([aim, isMet]) => `  ${isMet ? 'yes' : 'NO '}  ${aim}`);
}

/** The figures as a person reads them. */
export function tableOf(figures: SettleFigures): string {
  const { cores, objects, keyBits, keys, connections, floor, failOver, verdicts } = figures;
  const phases: NamedPhases = [
    ['from nothing', figures.fromNothing],
    ['restart', figures.restart],
    ...(figures.withForeign ? [['restart, foreign', figures.withForeign] as const] : []),
  ];
  const least = floor && floor.seconds + floor.privateKeySeconds;
  return [
    `${objects} SealedSecrets of one item, RSA-${keyBits}, ${keys} ${keys === 1 ? 'key' : 'keys'} in the ring, ${connections} at a time, ${cores} cores shared with the control plane`,
    '',
    floor && least !== undefined
      ? `  floor: ${s(floor.seconds)} for the writes (${s(floor.createSeconds)} of it creates; CPU of the API server ${s(floor.apiServerSeconds)}), ${s(floor.privateKeySeconds)} for the private key, ${s(least)} together`
      : '  floor: not measured',
    '',
    ...phaseLines(phases, least),
    '',
    ...Object.entries(failOver).map(
      ([ending, { seconds, latency, settled }]) =>
        `  fail-over, ${ending.padEnd(10)} ${s(seconds)} without service; new objects p50 / p99 ${latency.p50} / ${latency.p99} ms of ${latency.count}; settled: ${settled.changed} changed, ${settled.privateKeyOperations} key operations`,
    ),
    '',
    ...verdictLines(verdicts),
  ].join('\n');
}

/** Seconds as text. */
export function s(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
