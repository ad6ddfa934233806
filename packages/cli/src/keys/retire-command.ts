import { keyLabel } from '@signet/controller/sealing-keys';
import { secrets } from '@signet/kube/client';
import { withCluster } from '../certificate/cluster-connection.ts';
import type { Io } from '../console/io.ts';
import { isUsed, newestKey, readKeys } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';
import { confirmed } from './passphrase.ts';

/** Options of `signet keys retire`. */
export interface RetireFlags extends KeyFlags {
  readonly yes?: boolean | undefined;
}

/** `signet keys retire`: labels a key compromised, so that the controller opens nothing with it any more. The Secret stays. */
export async function retireCommand(wanted: string, flags: RetireFlags, io: Io): Promise<void> {
  const where = whereOf(flags);
  await withCluster(flags, io.env, async (client) => {
    const keys = await readKeys(client, where, io.signal);
    const chosen = keys.filter((key) => isMeant(key, wanted));
    if (chosen.length === 0) throw keysErrors.UNKNOWN({ wanted, namespace: where.namespace });
    const newest = newestKey(keys);
    const sealing = chosen.find((key) => key === newest || (key.entry !== undefined && key.entry.key.id === newest?.entry?.key.id));
    if (sealing) throw keysErrors.NEWEST({ name: sealing.name });
    const active = chosen.filter((key) => isUsed(key) || key.state === 'broken');
    for (const { name } of chosen.filter((key) => !active.includes(key))) io.say(`${name} is retired already\n`);
    if (active.length === 0) return;
    for (const { name, certificate } of active) io.say(`${name}  ${certificate?.fingerprint ?? '-'}\n`);
    io.say('what is sealed with this key will not open any more; signet reseal puts what is in git on the newest key\n');
    if (!flags.yes && !(await confirmed('Retire it?', io))) throw keysErrors.NOT_CONFIRMED({ what: 'retiring a key' });
    for (const { name, secret } of active) {
      const { resourceVersion } = secret.metadata;
      const metadata = { labels: { [keyLabel]: 'compromised' }, ...(resourceVersion !== undefined && { resourceVersion }) };
      const ref = { namespace: where.namespace, name };
      await client.patch(secrets, ref, { metadata }, { type: 'merge', fieldManager: 'signet', signal: io.signal });
      io.say(`${name} is labelled compromised; the Secret and its key are still there\n`);
    }
  });
}

function isMeant({ name, certificate }: FoundKey, wanted: string): boolean {
  return name === wanted || certificate?.fingerprint === wanted;
}
