import type { Client, Secret } from '@signet/kube/client';
import { isNotFound, secrets } from '@signet/kube/client';
import { withCluster } from '../certificate/cluster-connection.ts';
import type { Io } from '../console/io.ts';
import { Refusals } from '../errors.ts';
import { newestKey, readKeys } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';
import { openBackup } from './open-backup.ts';
import type { Backup, OpenFlags } from './open-backup.ts';
import { planRestore } from './restore-plan.ts';
import type { Step } from './restore-plan.ts';
import { table } from './table.ts';

/** Options of `signet keys restore`. */
export interface RestoreFlags extends KeyFlags, OpenFlags {
  readonly dryRun?: boolean | undefined;
}

/**
 * `signet keys restore`: creates the keys of a backup that the cluster does not have. Nothing that is there is changed, so that
 * running it again does nothing. Broken keys of the backup are told at the end, after the whole ones were restored.
 */
export async function restoreCommand(file: string, flags: RestoreFlags, io: Io): Promise<void> {
  const backup = await openBackup(file, flags, io);
  const namespace = flags.controllerNamespace ?? namespaceOf(backup);
  const where = whereOf({ ...flags, controllerNamespace: namespace });
  await withCluster(flags, io.env, async (client) => {
    const keys = await readKeys(client, where, io.signal);
    const taken = await takenNames(client, where.namespace, backup.keys, io.signal);
    const steps = planRestore(backup.keys, { ...where, keys, taken });
    io.say(`namespace ${where.namespace}\n`);
    if (steps.length > 0) io.say(table(steps.map(stepLine)));
    for (const note of notesOn(steps, keys)) io.say(`note: ${note}\n`);
    const missing = steps.flatMap((step) => (step.secret ? [step.secret] : []));
    const created = flags.dryRun ? [] : await createAll(client, missing, io);
    io.say(outcome(created.length, missing.length, steps.length, flags));
  });
  if (backup.broken.length > 0) throw new Refusals(backup.broken);
}

/** The namespace that the keys were in. */
function namespaceOf({ keys }: Backup): string | undefined {
  const namespaces = [...new Set(keys.map(({ secret }) => secret.metadata.namespace))].flatMap((one) => one ?? []);
  if (namespaces.length > 1) throw keysErrors.SEVERAL_NAMESPACES({ namespaces });
  return namespaces[0];
}

/** Which names are in use, by keys or by anything else. */
async function takenNames(
  client: Client,
  namespace: string,
  keys: readonly FoundKey[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const { name } of keys) {
    try {
      await client.get(secrets, { namespace, name }, { signal, metadataOnly: true });
      taken.add(name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return taken;
}

async function createAll(client: Client, missing: readonly Secret[], io: Io): Promise<Secret[]> {
  const created: Secret[] = [];
  for (const secret of missing) {
    const stored = await client.create(secrets, secret, { fieldManager: 'signet', signal: io.signal });
    created.push(stored);
    io.say(`created ${stored.metadata.name ?? ''}\n`);
  }
  return created;
}

function stepLine({ do: what, key, because }: Step): string[] {
  return [`  ${key.entry?.key.id ?? ''}`, key.name, key.state, what === 'nothing' ? because : `${what} (${because})`];
}

/** A restored key that is newer than all others seals from now on: right after a loss, and a surprise otherwise. */
function notesOn(steps: readonly Step[], present: readonly FoundKey[]): string[] {
  const [before, arriving] = [newestKey(present), steps.filter(({ secret }) => secret !== undefined).map(({ key }) => key)];
  const after = newestKey([...present, ...arriving]);
  if (!before || !after || after === before || after.entry?.key.id === before.entry?.key.id) return [];
  return [`${after.name} is newer than every key of the cluster: the controller will seal with it`];
}

function outcome(created: number, missing: number, all: number, { dryRun }: RestoreFlags): string {
  if (dryRun) return `dry run: ${missing} of ${all} would be created\n`;
  return `${created} of ${all} created${created < all ? ', the others are there' : ''}\n`;
}
