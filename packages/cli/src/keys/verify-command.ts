import { withCluster } from '../certificate/cluster-connection.ts';
import { loadCertificate, withoutCredentials } from '../certificate/load-certificate.ts';
import type { Io } from '../console/io.ts';
import { Refusals } from '../errors.ts';
import { isUsed, readKeys } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';
import { openBackup } from './open-backup.ts';
import type { OpenFlags } from './open-backup.ts';
import { table } from './table.ts';

/** Options of `signet keys verify`; here `--cert` can be given several times. */
export interface VerifyFlags extends Omit<KeyFlags, 'cert'>, OpenFlags {
  readonly cert?: readonly string[] | undefined;
  readonly cluster?: boolean | undefined;
}

/** A key that a backup has to hold, and who says so. */
interface Wanted {
  readonly fingerprint: string;
  readonly source: string;
}

/**
 * `signet keys verify`: opens a backup and checks each pair; with `--cert`, that it holds the key of that certificate; with
 * `--cluster`, that it holds every key the cluster opens with. Every fault is told.
 */
export async function verifyCommand(file: string, flags: VerifyFlags, io: Io): Promise<void> {
  const wanted: Wanted[] = [];
  for (const source of flags.cert ?? []) {
    const { fingerprint } = await loadCertificate(source, io);
    wanted.push({ fingerprint, source: withoutCredentials(source) });
  }
  const { keys, broken } = await openBackup(file, flags, io);
  if (flags.cluster) wanted.push(...(await keysOfCluster(flags, io)));
  const ids = new Set(keys.map(({ entry }) => entry?.key.id));
  const missing = wanted.filter(({ fingerprint }) => !ids.has(fingerprint)).map((one) => keysErrors.MISSING_IN_BACKUP(one));
  if (keys.length > 0) await io.out(table(keys.map(({ name, state, certificate }) => line(name, state, certificate))));
  if (broken.length + missing.length > 0) throw new Refusals([...broken, ...missing]);
  const compared = wanted.length > 0 ? `, and each of the ${wanted.length} that were asked for is among them` : '';
  io.say(`${keys.length} ${keys.length === 1 ? 'key' : 'keys'}, every pair whole${compared}\n`);
}

async function keysOfCluster(flags: VerifyFlags, io: Io): Promise<Wanted[]> {
  const where = whereOf({ ...flags, cert: undefined });
  const keys = await withCluster(flags, io.env, (client) => readKeys(client, where, io.signal));
  const used = keys
    .filter(isUsed)
    .flatMap(({ name, certificate }) =>
      certificate ? [{ fingerprint: certificate.fingerprint, source: `Secret ${where.namespace}/${name}` }] : [],
    );
  if (used.length === 0) throw keysErrors.NONE({ namespace: where.namespace });
  return used;
}

function line(
  name: string,
  state: string,
  certificate: { fingerprint: string; notBefore: Date; notAfter: Date } | undefined,
): string[] {
  const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? '-';
  return [name, certificate?.fingerprint ?? '-', day(certificate?.notBefore), day(certificate?.notAfter), state];
}
