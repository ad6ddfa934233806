import { sealedSecretKind } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { readCertificate } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { makeProgramImage } from '../node/image.ts';
import type { Plot } from '../original/estate.ts';
import { estate, keyLabel, layKeys, layOut } from '../original/estate.ts';
import { originalDefinition, originalImage, originalInstallation } from '../original/manifests.ts';
import { originalController } from '../original/program.ts';
import { chartFolder, release, useCluster } from './cluster.ts';
import type { StoredSealedSecret } from './verbs.ts';

// Promise 11, with the original controller itself: it works, we take over, it takes over again, and so do we. The tests are one story
// in their order.
const cluster = useCluster({
  installs: false,
  images: async () => ({ [originalImage]: await makeProgramImage(await originalController(), 'controller') }),
});
const { namespace, fullname } = release;

/** Secrets of the estate and of the controller, keys included, by name; those of Helm apart. */
async function allSecrets(): Promise<Map<string, Secret>> {
  const found = new Map<string, Secret>();
  for (const place of [estate, namespace]) {
    for await (const page of cluster().plane.admin.list(secrets, { namespace: place })) {
      for (const secret of page.items)
        if (secret.type !== 'helm.sh/release.v1') found.set(`${place}/${secret.metadata.name}`, secret);
    }
  }
  return found;
}

/** What nobody may have touched: `namespace/name`, uid and resourceVersion. */
async function versions(): Promise<string[]> {
  return [...(await allSecrets())].map(([name, { metadata }]) => `${name} ${metadata.uid} ${metadata.resourceVersion}`).toSorted();
}

const isOf = (name: string) => (version: string) => version.startsWith(`${estate}/${name} `);

async function sealedSecrets(): Promise<StoredSealedSecret[]> {
  const found: StoredSealedSecret[] = [];
  for await (const page of cluster().plane.admin.list<StoredSealedSecret>(sealedSecretKind, { namespace: estate }))
    found.push(...page.items);
  return found;
}

/** Sum of a metric over the Pods that run. */
async function metric(name: string): Promise<number> {
  let sum = 0;
  for (const { ip } of cluster().node.pods) {
    const text = await (await fetch(`http://${ip}:8081/metrics`)).text();
    for (const [, value] of text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))) sum += Number(value);
  }
  return sum;
}

/** Waits until the controller that runs has looked at everything, and does not look at anything any more. */
async function lookedAtAll(counter: string): Promise<void> {
  const wanted = (await sealedSecrets()).length;
  let last = -1;
  await until(
    'the controller has looked at everything and rests',
    async () => {
      const now = await metric(counter);
      const rests = now >= wanted && now === last;
      last = now;
      return rests;
    },
    { everyMs: 1500, withinMs: 60_000 },
  );
}

async function startOriginal(): Promise<void> {
  await cluster().apply(...originalInstallation);
  try {
    await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
  } catch (error) {
    throw new Error(`the original does not become ready:\n${cluster().node.logs()}\n${cluster().node.crashes.join('\n')}`, {
      cause: error,
    });
  }
}

async function stopOriginal(): Promise<void> {
  const input = originalInstallation.map((object) => JSON.stringify(object)).join('\n---\n');
  await cluster().run('kubectl', ['delete', '--wait', '-f', '-'], { input });
  await until('its Pod is gone', () => cluster().node.pods.length === 0);
}

async function stopOurs(): Promise<void> {
  await cluster().run('helm', ['uninstall', release.name, '-n', namespace, '--wait']);
  await until('our Pods are gone', () => cluster().node.pods.length === 0);
  // Helm removes the rights before the Pods.
  await cluster().forgive();
}

const originalCounter = 'sealed_secrets_controller_unseal_requests_total';
const ourCounter = 'signet_reconcile_total';

let plots: Plot[];
/** As the original leaves them. */
let left: string[];
/** When the conditions became what they are, by name. */
let since: Map<string, string | undefined>;
/** The certificate that it serves. */
let served: string;

const transitions = async (): Promise<Map<string, string | undefined>> =>
  new Map(
    (await sealedSecrets()).map(({ metadata, status }) => [metadata.name ?? '', status?.conditions?.[0]?.lastTransitionTime]),
  );

const keys = async (): Promise<Secret[]> => [...(await allSecrets()).values()].filter(({ type }) => type === 'kubernetes.io/tls');

beforeAll(async () => {
  const { admin } = cluster().plane;
  await cluster().apply(originalDefinition);
  await cluster().kubectl('wait', '--for=condition=Established', `crd/${originalDefinition.metadata.name}`);
  await cluster().namespace(estate);
  const { aged, legacy } = await layKeys(admin, Date.now());
  await startOriginal();
  served = await readFile(await cluster().certificate(), 'utf8');
  plots = await layOut({ aged, legacy, newest: readCertificate(served) });
  for (const { before } of plots) if (before) await admin.create(secrets, before);
  await cluster().apply(...plots.map(({ object }) => object));
  for (const { object, synced } of plots) await cluster().synced(estate, object.metadata.name ?? '', synced);
  await lookedAtAll(originalCounter);
  left = await versions();
  since = await transitions();
}, 120_000);

/** Nobody needs more than this to go on from here: what the original reads of its own objects. */
async function expectReadableByOriginal(): Promise<void> {
  const all = await allSecrets();
  // Keys: the label with the value "active", or the name of before v0.9; PEM of both halves.
  const active = [...all.values()].filter(({ metadata }) => metadata.labels?.[keyLabel] === 'active');
  expect(active.length).toBe(2);
  for (const key of [...active, all.get(`${namespace}/sealed-secrets-key`)]) {
    expect(Buffer.from(key?.data?.['tls.key'] ?? '', 'base64').toString()).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(Buffer.from(key?.data?.['tls.crt'] ?? '', 'base64').toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
  }
  const [seen, wanted]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const { metadata, status } of await sealedSecrets()) {
    const { name = '', uid, generation } = metadata;
    const [first] = status?.conditions ?? [];
    const data = plots.find(({ object }) => object.metadata.name === name)?.data;
    // Status: of this generation, and Synced comes first, for columns of kubectl and for Argo CD.
    // Secret: controlled by the uid of the SealedSecret, unless it was only merged into or is not to have an owner.
    const isOwned = first?.status === 'True' && !['patched', 'ownerless'].includes(name);
    const owner = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name, uid, controller: true };
    const secret = all.get(`${estate}/${name}`);
    seen[name] = {
      generation: status?.observedGeneration,
      first: first?.type,
      owners: secret?.metadata.ownerReferences,
      data: data && (await cluster().data(estate, name)),
    };
    wanted[name] = { generation, first: 'Synced', owners: isOwned ? [owner] : undefined, data };
  }
  expect(seen).toEqual(wanted);
}

describe('under the original', () => {
  test('the estate is as it is described: three keys that open, one that was made, and all objects in the state foreseen', async () => {
    expect(await keys()).toHaveLength(4);
    const made = (await keys()).find(({ data }) => Buffer.from(data?.['tls.crt'] ?? '', 'base64').toString() === served);
    expect(made?.metadata).toMatchObject({ generateName: 'sealed-secrets-key', labels: { [keyLabel]: 'active' } });
    await expectReadableByOriginal();
  });

  test('a restart of the original itself draws the random values anew, and touches nothing else', async () => {
    await cluster().kubectl('-n', namespace, 'delete', 'pod', '-l', `name=${fullname}`, '--wait');
    await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
    await lookedAtAll(originalCounter);
    const now = await versions();
    expect(now.filter((version) => !left.includes(version)).filter((version) => !isOf('random')(version))).toEqual([]);
    left = now;
  });
});

describe('taking over, with the definition of the original', () => {
  beforeAll(async () => {
    await stopOriginal();
    await cluster().install(['crds.create=false']);
    await lookedAtAll(ourCounter);
  }, 120_000);

  test('no Secret is written, no key is touched, none is made', async () => {
    expect(await versions()).toEqual(left);
  });

  test('everything that the original reads is still there', async () => {
    await expectReadableByOriginal();
  });

  test('what was Synced is Synced since the same time; what failed fails, but for the object whose Secret was right all along', async () => {
    const known = plots.filter(({ object }) => object.metadata.name !== 'ownerless');
    for (const { object, synced } of known) {
      const name = object.metadata.name ?? '';
      const condition = await cluster().synced(estate, name, synced);
      expect(condition.lastTransitionTime, name).toBe(since.get(name));
      expect((condition.message ?? '') === '', `${name}: a message, if there is something to say`).toBe(synced === 'True');
    }
    await cluster().synced(estate, 'ownerless', 'True');
  });

  test('the certificate is the same: what was sealed for the original opens here', async () => {
    expect(await cluster().run('kubeseal', ['--fetch-cert'])).toBe(served);
    await cluster().establish({ name: 'born-here', namespace: estate, values: { a: '1' } });
    left = await versions();
  });

  test('our definition over that of the original: no Secret is written, and the statuses record what was produced', async () => {
    const flags = ['--set', 'crds.create=true', '--take-ownership', '--force-conflicts', '--wait', '--timeout=60s'];
    await cluster().run('helm', ['upgrade', release.name, chartFolder, '-n', namespace, '--reset-then-reuse-values', ...flags]);
    await cluster().kubectl('-n', namespace, 'rollout', 'restart', `deployment/${fullname}`);
    await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
    await until('the statuses are completed', async () => {
      const all = await sealedSecrets();
      return all.every(({ status }) => status?.conditions?.[0]?.status !== 'True' || Object.hasOwn(status, 'produced'));
    });
    expect(await versions()).toEqual(left);
  });
});

describe('going back', () => {
  beforeAll(async () => {
    await stopOurs();
    await startOriginal();
    await lookedAtAll(originalCounter);
  }, 120_000);

  test('the original writes no Secret, as after a restart of its own: random values apart; no key is made', async () => {
    const now = await versions();
    expect(now.filter((version) => !left.includes(version)).filter((version) => !isOf('random')(version))).toEqual([]);
    expect(now).toHaveLength(left.length);
    left = now;
  });

  test('everything it reads is there, with our fields and conditions beside it', async () => {
    await expectReadableByOriginal();
  });

  test('it serves the same certificate, opens what is new, validates, and carries out a change of what was made here', async () => {
    expect(await cluster().run('kubeseal', ['--fetch-cert'])).toBe(served);
    await cluster().establish({ name: 'born-there', namespace: estate, values: { a: '2' } });
    const changed = await cluster().establish({ name: 'born-here', namespace: estate, values: { a: '3' } });
    await until('the Secret has the new value', async () => (await cluster().data(estate, 'born-here'))?.['a'] === '3');
    await cluster().run('kubeseal', ['--validate'], { input: JSON.stringify(changed) });
    left = await versions();
  });
});

describe('and forth again', () => {
  beforeAll(async () => {
    await stopOriginal();
    await cluster().install();
    await lookedAtAll(ourCounter);
  }, 120_000);

  test('no Secret is written', async () => {
    expect(await versions()).toEqual(left);
    await expectReadableByOriginal();
  });
});
