import { ApiError, manualClock } from '@signet/kube/client';
import type { Client, Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { LiveSecrets } from '../cluster/live-secrets.ts';
import type { Gathered } from './gather.ts';
import { MadeSecrets } from './made-secrets.ts';
import { createdByHash } from './marks.ts';
import { external, fetched, foreign, owner } from './testing/target-objects.ts';
import { SecretTarget } from './write-secret.ts';

const { signal } = new AbortController();
const old: Secret = foreign({
  metadata: {
    name: 'old',
    labels: { 'reconcile.external-secrets.io/created-by': createdByHash('web', 'db') },
    ownerReferences: [owner()],
  },
});

/** A cluster with the Secret `old`, made by the ExternalSecret `db` under a former name. @param refusal of whatever is created */
function cluster(refusal?: Error): { target: SecretTarget; did: string[] } {
  const did: string[] = [];
  const client = {
    get: async () => Promise.reject(new ApiError({ status: 404, reason: 'NotFound', message: 'not found' })),
    create: async (_: unknown, secret: Secret) => {
      if (refusal) throw refusal;
      did.push(`create ${secret.metadata.name}`);
      return secret;
    },
    delete: async (_: unknown, { name }: { readonly name: string }) => void did.push(`delete ${name}`),
  } as unknown as Client;
  const made = new MadeSecrets();
  made.changed(old, undefined);
  const target = new SecretTarget({
    client,
    secrets: new LiveSecrets(client, undefined),
    made,
    keyPlace: { namespace: 'kube-system', prefix: 'key' },
    forbiddenTypes: new Set(),
    recreates: true,
    delimiters: ['{{', '}}'],
    clock: manualClock(),
  });
  return { target, did };
}

function gathered(values: Readonly<Record<string, string>>): Gathered {
  return { data: fetched(values), missing: [], origins: new Map(), warnings: [] };
}

const current = async (): Promise<void> => undefined;

describe('a Secret under a former name', () => {
  test('external acceptance 4: goes after the new one was made', async () => {
    const { target, did } = cluster();
    const { events } = await target.write(external(), gathered({ a: '1' }), current, signal);
    expect(did).toEqual(['create db', 'delete old']);
    expect(events.map(({ reason }) => reason)).toEqual(['Deleted', 'Created']);
  });

  test('promise 1: stays while the new one is refused', async () => {
    const { target, did } = cluster(new ApiError({ status: 422, reason: 'Invalid', message: 'no' }));
    await expect(target.write(external(), gathered({ a: '1' }), current, signal)).rejects.toThrow('no');
    expect(did).toEqual([]);
  });

  test('promise 1: stays while the sources have nothing', async () => {
    const { target, did } = cluster();
    await target.write(external({ target: { deletionPolicy: 'Retain' } }), gathered({}), current, signal);
    expect(did).toEqual([]);
  });

  test('promise 6: is not taken for one by a leader that has not seen the newest generation', async () => {
    const { target, did } = cluster();
    const outdated = async (): Promise<void> =>
      Promise.reject(new ApiError({ status: 409, reason: 'Conflict', message: 'behind' }));
    await expect(target.write(external(), gathered({ a: '1' }), outdated, signal)).rejects.toThrow('behind');
    expect(did).not.toContain('delete old');
  });
});
