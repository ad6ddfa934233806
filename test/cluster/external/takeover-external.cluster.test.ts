import { isDeepStrictEqual } from 'node:util';
import { externalSecretKind, sealedSecretCrd } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { chartFolder, release, useCluster } from '../end-to-end/cluster.ts';
import { externalSecret, plots, standing, stored, storeWith, surroundings } from '../original-external/estate.ts';
import type { Ledger } from '../original-external/ledger.ts';
import { foreseen, openLedger, readyOf } from '../original-external/ledger.ts';
import type { RunningOriginal } from '../original-external/running.ts';
import { prepareOriginal, startOriginal } from '../original-external/running.ts';
import type { StoredExternalSecret } from './scene.ts';

// Promise 11, with the original controller itself: it works, we take over, it takes over again, and so do we. The tests are one story
// in their order. The estate is there twice: made by the original, and made by us.
const cluster = useCluster({ installs: false });
const [theirs, ours] = ['made-there', 'made-here'];
const places = [theirs, ours];

let ledger: Ledger;
let original: RunningOriginal | undefined;
/** As they were left. */
let left: string[];

/** Waits until a controller has looked at everything, and looks at nothing any more. What fails is tried again with growing pauses. */
async function rests(reconciles: () => Promise<number>, atLeast: number): Promise<void> {
  let last = -1;
  await until(
    'the controller has looked at everything and rests',
    async () => {
      const now = await reconciles();
      const isAtRest = now >= atLeast && now === last;
      last = now;
      return isAtRest;
    },
    { everyMs: 1500, withinMs: 90_000 },
  );
}

/** Reconciles of ExternalSecrets by our Pods. */
async function ourReconciles(): Promise<number> {
  let sum = 0;
  for (const { ip } of cluster().node.pods) {
    const text = await (await fetch(`http://${ip}:8081/metrics`)).text();
    for (const [, value] of text.matchAll(/^signet_reconcile_total\{name="externalsecret",.*\} (\S+)$/gm)) sum += Number(value);
  }
  return sum;
}

async function lay(namespace: string): Promise<void> {
  await cluster().namespace(namespace);
  for (const secret of standing(namespace)) await cluster().plane.admin.create(secrets, secret);
  await cluster().apply(...surroundings(namespace));
  const [thieves, others] = [plots.filter(({ name }) => name === 'thief'), plots.filter(({ name }) => name !== 'thief')];
  await cluster().apply(...others.map((plot) => externalSecret(namespace, plot)));
  await until(
    'what is first has its Secret',
    async () => (await ledger.outcome(namespace))['plain'] && (await cluster().secret(namespace, 'plain')),
  );
  await cluster().apply(...thieves.map((plot) => externalSecret(namespace, plot)));
}

/** Waits until the estate is as foreseen. */
async function came(namespace: string): Promise<void> {
  const isThere = async (): Promise<boolean> => isDeepStrictEqual(await ledger.outcome(namespace), foreseen());
  await until('everything is as foreseen', isThere, { withinMs: 60_000, everyMs: 500 }).catch(() => undefined);
  expect(await ledger.outcome(namespace)).toEqual(foreseen());
}

const everything = async (): Promise<StoredExternalSecret[]> =>
  (await Promise.all(places.map(async (place) => ledger.externalSecrets(place)))).flat();
const keyOf = ({ metadata: { namespace, name } }: StoredExternalSecret): string => `${namespace}/${name}`;

/** Ready condition and time of refresh of each object. */
async function told(): Promise<Map<string, unknown>> {
  // What has no Secret to be looked at is fetched anew by whoever starts.
  const objects = (await everything()).filter(({ metadata }) => metadata.name !== 'all-gone-deleting');
  return new Map(
    objects.map((object) => {
      const { type, status, reason, message, lastTransitionTime } = readyOf(object) ?? {};
      const { refreshTime, syncedResourceVersion, binding } = object.status ?? {};
      const known = { type, status, reason, ...(status === 'True' && { message, lastTransitionTime }) };
      return [keyOf(object), { ...known, refreshTime: refreshTime ?? undefined, syncedResourceVersion, binding }];
    }),
  );
}

/** The one Secret that nobody may write: the original marks it all the same (`creationPolicy: None`), we do not. */
const untouched = 'none-there';

const versions = async (): Promise<string[]> =>
  (await ledger.versions()).filter((version) => !version.startsWith(`${ours}/${untouched} `));

/** What was made here is what was made there: data, marks, owners, and who manages which field. */
async function expectTwins(): Promise<void> {
  const [{ [untouched]: _here, ...here }, { [untouched]: _there, ...there }] = await Promise.all([
    ledger.portraits(ours),
    ledger.portraits(theirs),
  ]);
  expect(here).toEqual(there);
}

/** How often all are refreshed, in the later chapters. */
const soon = '7s';

/** By time, and not only once or when it changes itself. */
function isRefreshed(spec: unknown, interval: string): boolean {
  const { refreshInterval, refreshPolicy } = spec as { readonly refreshInterval?: string; readonly refreshPolicy?: string };
  return refreshInterval === interval && refreshPolicy === undefined;
}

/** Waits until each object that is refreshed by time and is Ready was refreshed at least once more. */
async function refreshed(): Promise<void> {
  const times = async (): Promise<Map<string, string>> =>
    new Map(
      (await everything())
        .filter(({ spec }) => isRefreshed(spec, soon))
        .filter((object) => readyOf(object)?.status === 'True')
        .map((object) => [keyOf(object), object.status?.refreshTime ?? '']),
    );
  const before = await times();
  expect(before.size).toBeGreaterThan(plots.length);
  await until(
    'everything is refreshed',
    async () => {
      const now = await times();
      return [...before].every(([key, time]) => now.get(key) !== time);
    },
    { withinMs: 90_000, everyMs: 500 },
  );
}

async function stopOriginal(): Promise<void> {
  await original?.stop();
  original = undefined;
}

afterAll(stopOriginal);
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(original?.logs());
});

async function stopOurs(): Promise<void> {
  await cluster().run('helm', ['uninstall', release.name, '-n', release.namespace, '--wait']);
  await until('our Pods are gone', () => cluster().node.pods.length === 0);
  // Helm removes the rights before the Pods.
  await cluster().forgive();
}

beforeAll(async () => {
  await prepareOriginal(cluster());
  await cluster().apply(sealedSecretCrd());
  ledger = openLedger(cluster().plane.admin, places);
  original = await startOriginal(cluster());
  await lay(theirs);
  await came(theirs);
  await rests(original.reconciles, plots.length);
  left = await versions();
}, 240_000);

describe('under the original', () => {
  test('a restart of the original itself writes no Secret', async () => {
    await stopOriginal();
    original = await startOriginal(cluster());
    await rests(original.reconciles, plots.length);
    expect(await versions()).toEqual(left);
  });
});

describe('taking over, with the definitions of the original', () => {
  let before: Map<string, unknown>;
  beforeAll(async () => {
    await stopOriginal();
    before = await told();
    await cluster().install(['externalSecrets.enabled=true', 'crds.create=false']);
    await rests(ourReconciles, plots.length);
  }, 120_000);

  test('no Secret is written', async () => {
    expect(await versions()).toEqual(left);
  });

  test('what was Ready is Ready since the same time and of the same refresh; what failed fails', async () => {
    await came(theirs);
    expect(await told()).toEqual(before);
  });

  test('a status from which the definitions drop our fields is not written again and again', async () => {
    const good = async (): Promise<string[]> =>
      (await everything())
        .filter((object) => readyOf(object)?.status === 'True')
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    const now = await good();
    await rests(ourReconciles, plots.length);
    expect(await good()).toEqual(now);
  });

  test('the same estate, made here, is what it is there: data, marks, owners, and who manages which field', async () => {
    await lay(ours);
    await came(ours);
    left = await versions();
    await expectTwins();
  });
});

describe('with our definitions over those of the original', () => {
  beforeAll(async () => {
    const flags = ['--set', 'crds.create=true', '--take-ownership', '--force-conflicts', '--wait', '--timeout=60s'];
    const { name, namespace, fullname } = release;
    await cluster().run('helm', ['upgrade', name, chartFolder, '-n', namespace, '--reset-then-reuse-values', ...flags]);
    await cluster().kubectl('-n', namespace, 'rollout', 'restart', `deployment/${fullname}`);
    await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
    await rests(ourReconciles, 2 * plots.length);
  }, 120_000);

  test('no Secret is written', async () => {
    expect(await versions()).toEqual(left);
  });

  test('nor at the next refreshes, as long as the values are the same', async () => {
    for (const { metadata, spec } of await everything()) {
      if (!isRefreshed(spec, '1h0m0s')) continue;
      const { namespace = '', name = '' } = metadata;
      const change = { spec: { refreshInterval: soon } };
      await cluster().plane.admin.patch(externalSecretKind, { namespace, name }, change, { type: 'merge' });
    }
    await refreshed();
    await refreshed();
    expect(await versions()).toEqual(left);
    for (const place of places) await came(place);
  });
});

describe('going back', () => {
  beforeAll(async () => {
    await stopOurs();
    original = await startOriginal(cluster());
    await refreshed();
  }, 180_000);

  test('the original writes no Secret, nor at its next refreshes', async () => {
    expect(await versions()).toEqual(left);
    await refreshed();
    expect(await versions()).toEqual(left);
  });

  test('all are Ready that were', async () => {
    for (const place of places) await came(place);
  });

  test('it carries out a change in what was made here as in what it made itself', async () => {
    const values = { ...stored, word: 'second', json: '{"user":"v"}' };
    for (const place of places) await cluster().apply(storeWith(place, values));
    for (const place of places)
      await until(
        'the new values are there',
        async () => {
          const [plain, extracted] = [await cluster().data(place, 'plain'), await cluster().data(place, 'extracted')];
          return plain?.['word'] === 'second' && Object.keys(extracted ?? {}).join() === 'user';
        },
        { withinMs: 60_000, everyMs: 200 },
      );
    await refreshed();
    await refreshed();
    left = await versions();
    await expectTwins();
  });
});

describe('and forth again', () => {
  beforeAll(async () => {
    await stopOriginal();
    await cluster().install(['externalSecrets.enabled=true']);
    await refreshed();
  }, 180_000);

  test('no Secret is written', async () => {
    expect(await versions()).toEqual(left);
  });

  test('a change is carried out in what was made there as in what was made here', async () => {
    for (const place of places) await cluster().apply(storeWith(place, stored));
    for (const place of places)
      await until('the former values are there', async () => {
        const [plain, extracted] = [await cluster().data(place, 'plain'), await cluster().data(place, 'extracted')];
        return plain?.['word'] === 'first' && Object.keys(extracted ?? {}).length === 5;
      });
    await refreshed();
    await refreshed();
    for (const place of places) await came(place);
    await expectTwins();
  });
});
