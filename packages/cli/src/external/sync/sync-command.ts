import { parseGoDuration } from '@signet/api';
import type { Client, KubeObject } from '@signet/kube/client';
import { withCluster } from '../../certificate/cluster-connection.ts';
import type { ClusterFlags } from '../../certificate/cluster-connection.ts';
import type { Io } from '../../console/io.ts';
import { mapConcurrent } from '../../console/map-concurrent.ts';
import { progress } from '../../console/progress.ts';
import { oneLine } from '../../console/report.ts';
import { cliErrors, exitCodes } from '../../errors.ts';
import { table } from '../../keys/table.ts';
import { externalErrors } from '../errors.ts';
import { findExternalSecret, listExternalSecrets } from '../find-object.ts';
import { forceSync } from './force-sync.ts';
import type { TimedAnswer } from './force-sync.ts';

/** Options of `signet external sync`. */
export interface SyncFlags extends ClusterFlags {
  readonly namespace?: string | undefined;
  readonly all?: boolean | undefined;
  readonly timeout?: string | undefined;
  readonly output?: 'text' | 'json' | undefined;
}

/**
 * `signet external sync`: has ExternalSecrets fetched now and tells how it went.
 *
 * @returns the exit code: 0 when all are synced, 1 when one is not, 3 when one got no answer
 */
export async function syncCommand(names: readonly string[], flags: SyncFlags, io: Io): Promise<number> {
  const timeoutMs = timeoutOf(flags.timeout ?? '1m');
  if ((flags.all === true) === names.length > 0) throw cliErrors.USAGE({ problem: 'give names of ExternalSecrets, or --all' });
  return withCluster(flags, io.env, async (client, connection) => {
    const namespace = flags.namespace ?? connection.namespace ?? 'default';
    const objects = flags.all ? await listExternalSecrets(client, namespace, io.signal) : await named(client, namespace, names, io);
    const line = progress(io, 'waiting for', objects.length);
    const options = { namespace, timeoutMs, now: () => io.now(), signal: io.signal, onDone: () => line.step() };
    const answers = await forceSync(client, objects, options).finally(() => line.end());
    await io.out(flags.output === 'json' ? jsonOf(namespace, answers) : textOf(answers));
    if (answers.length === 0) io.say(`namespace ${JSON.stringify(namespace)} has no ExternalSecrets\n`);
    return exitOf(answers);
  });
}

function timeoutOf(text: string): number {
  const ms = parseGoDuration(text);
  if (ms === undefined || ms <= 0) throw cliErrors.USAGE({ problem: '--timeout takes a duration such as 90s or 5m' });
  return ms;
}

async function named(client: Client, namespace: string, names: readonly string[], io: Io): Promise<KubeObject[]> {
  const found = await mapConcurrent([...new Set(names)], { limit: 8 }, async (name) => {
    return (await findExternalSecret(client, { namespace, name }, io.signal)) ?? name;
  });
  const missing = found.filter((one) => typeof one === 'string');
  if (missing.length > 0) throw externalErrors.NOT_FOUND({ namespace, names: missing });
  return found.filter((one) => typeof one !== 'string');
}

function exitOf(answers: readonly TimedAnswer[]): number {
  if (answers.some(({ result }) => result === 'no-answer')) return exitCodes.unreachable;
  return answers.every(({ result }) => result === 'synced') ? exitCodes.ok : exitCodes.refused;
}

function jsonOf(namespace: string, answers: readonly TimedAnswer[]): string {
  return `${JSON.stringify({ namespace, externalSecrets: answers }, null, 2)}\n`;
}

function textOf(answers: readonly TimedAnswer[]): string {
  const rows = answers.map(({ name, result, ready = '-', reason = '-', durationMs, message }) => [
    name,
    result,
    ready,
    oneLine(reason),
    `${(durationMs / 1000).toFixed(1)} s`,
    oneLine(message),
  ]);
  return rows.length === 0 ? '' : table([['NAME', 'RESULT', 'READY', 'REASON', 'TOOK', 'MESSAGE'], ...rows]);
}
