import type { SettleFigures } from '../settle.ts';
import type { Phase, Restart } from './phases.ts';

/** The figures as a person reads them. */
export function tableOf(figures: SettleFigures): string {
  const { cores, objects, keyBits, keys, connections, floor, failOver, verdicts } = figures;
  const phases: readonly (readonly [string, Phase | Restart])[] = [
    ['from nothing', figures.fromNothing],
    ['restart', figures.restart],
    ...(figures.withForeign ? [['restart, foreign', figures.withForeign] as const] : []),
  ];
  const line = (name: string, of: (phase: Phase | Restart) => string | number): string =>
    `  ${name.padEnd(34)}${phases.map(([, phase]) => String(of(phase)).padStart(18)).join('')}`;
  const verbs = [...new Set(phases.flatMap(([, { requests }]) => Object.keys(requests)))].toSorted();
  const least = floor && floor.seconds + floor.privateKeySeconds;
  return [
    `${objects} SealedSecrets of one item, RSA-${keyBits}, ${keys} ${keys === 1 ? 'key' : 'keys'} in the ring, ${connections} at a time, ${cores} cores shared with the control plane`,
    '',
    floor && least !== undefined
      ? `  floor: ${s(floor.seconds)} for the writes (${s(floor.createSeconds)} of it creates; CPU of the API server ${s(floor.apiServerSeconds)}), ${s(floor.privateKeySeconds)} for the private key, ${s(least)} together`
      : '  floor: not measured',
    '',
    `  ${''.padEnd(34)}${phases.map(([name]) => name.padStart(18)).join('')}`,
    line('settled after', ({ seconds }) => s(seconds)),
    line('  over floor and private key', ({ seconds }) => (least === undefined ? '' : `${(seconds / least).toFixed(2)}x`)),
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
    ...verbs.map((verb) => line(verb, ({ requests }) => requests[verb] ?? 0)),
    '',
    ...Object.entries(failOver).map(
      ([ending, { seconds, latency, settled }]) =>
        `  fail-over, ${ending.padEnd(10)} ${s(seconds)} without service; new objects p50 / p99 ${latency.p50} / ${latency.p99} ms of ${latency.count}; settled: ${settled.changed} changed, ${settled.privateKeyOperations} key operations`,
    ),
    '',
    ...Object.entries(verdicts).map(([aim, isMet]) => `  ${isMet ? 'yes' : 'NO '}  ${aim}`),
  ].join('\n');
}

function s(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
