import { keyLabel } from '@signet/controller/sealing-keys';
import type { Client } from '@signet/kube/client';
import { isSignetError } from '@signet/errors';
import { clusterCertificate } from '../certificate/cluster-certificate.ts';
import { withCluster } from '../certificate/cluster-connection.ts';
import type { Io } from '../console/io.ts';
import { oneLine } from '../console/report.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import type { Json } from '../document/tree.ts';
import { newestKey, readKeys } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';
import { table } from './table.ts';

/** Options of `signet keys list`. */
export interface ListFlags extends KeyFlags {
  readonly output?: string | undefined;
}

/** `signet keys list`: the sealing keys of the cluster, newest first. */
export async function listCommand(flags: ListFlags, io: Io): Promise<void> {
  const where = whereOf(flags);
  const { keys, served } = await withCluster(flags, io.env, async (client) => ({
    keys: await readKeys(client, where, io.signal),
    served: await servedBy(client, flags, io),
  }));
  if (keys.length === 0) throw keysErrors.NONE({ namespace: where.namespace });
  const newest = newestKey(keys);
  const sealing = served ?? newest?.certificate?.fingerprint;
  const rows = [...keys]
    .sort((one, other) => ageOf(other) - ageOf(one))
    .map((key) => rowOf(key, key.certificate !== undefined && key.certificate.fingerprint === sealing));
  if (flags.output === 'json') await io.out(`${JSON.stringify({ keys: rows }, null, 2)}\n`);
  else if (flags.output === 'yaml')
    await io.out(emitYaml(new Map([['keys', rows.map((row) => new Map(Object.entries(row)) as Json)]])));
  else await io.out(textOf(rows));
  for (const note of notesOn(keys, served, newest)) io.say(`note: ${note}\n`);
}

/** One key as programs see it. Absent: not known. */
interface Row {
  readonly name: string;
  readonly namespace: string;
  readonly fingerprint: string | null;
  readonly bits: number | null;
  readonly created: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly state: string;
  readonly label: string | null;
  readonly seals: boolean;
  readonly problem: string | null;
}

function rowOf(key: FoundKey, seals: boolean): Row {
  const { metadata } = key.secret;
  return {
    name: key.name,
    namespace: metadata.namespace ?? '',
    fingerprint: key.certificate?.fingerprint ?? null,
    bits: key.certificate?.modulusBits ?? null,
    created: metadata.creationTimestamp ?? null,
    notBefore: key.certificate?.notBefore.toISOString() ?? null,
    notAfter: key.certificate?.notAfter.toISOString() ?? null,
    state: key.state,
    label: metadata.labels?.[keyLabel] ?? null,
    seals,
    problem: key.problem ?? null,
  };
}

function textOf(rows: readonly Row[]): string {
  const day = (time: string | null): string => time?.slice(0, 10) ?? '-';
  const lines = rows.map((row) => [
    row.name,
    row.fingerprint ?? '-',
    day(row.created),
    day(row.notBefore),
    day(row.notAfter),
    [row.state, ...(row.seals ? ['seals'] : []), ...(row.problem === null ? [] : [`(${oneLine(row.problem)})`])].join(' '),
  ]);
  return table([['NAME', 'FINGERPRINT', 'CREATED', 'NOT BEFORE', 'NOT AFTER', 'STATE'], ...lines]);
}

function notesOn(keys: readonly FoundKey[], served: string | undefined, newest: FoundKey | undefined): string[] {
  const suspicious = keys.filter(({ isSuspicious }) => isSuspicious).map(({ name }) => name);
  const notes = suspicious.map((name) => `${name} belongs to a SealedSecret: whoever sealed that knows the private key`);
  if (!newest) notes.push('no key can be used: the controller seals and opens nothing until it has one');
  if (served === undefined && newest) notes.push('the controller did not answer; the newest key is taken for the one that seals');
  else if (served !== undefined && newest && served !== newest.certificate?.fingerprint)
    notes.push(`the controller serves ${served}, which is not the newest key (its --key-order-priority may be another one)`);
  return notes;
}

/** The fingerprint of the certificate that the controller serves; undefined when it cannot be asked. */
async function servedBy(client: Client, flags: KeyFlags, io: Io): Promise<string | undefined> {
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  try {
    return (await clusterCertificate(client, names, io.signal)).certificate.fingerprint;
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return undefined;
  }
}

/** What the rows are ordered by: as the controller orders keys, those that cannot be read last. */
function ageOf({ entry, certificate }: FoundKey): number {
  return (entry?.orderedAt ?? certificate?.notBefore)?.getTime() ?? Number.NEGATIVE_INFINITY;
}
