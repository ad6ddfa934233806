import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { Audience } from '../testing/audience.ts';
import { createAudience } from '../testing/audience.ts';
import { eventually } from '../testing/eventually.ts';
import type { ImpatientClock } from '../testing/impatient-clock.ts';
import { impatientClock } from '../testing/impatient-clock.ts';
import type { Fault, ModelOptions, ModelServer } from '../testing/model-server.ts';
import { faultFor, startModel } from '../testing/model-server.ts';
import { thrown } from '../testing/thrown.ts';
import type { KubeObject, Logger } from '../client/index.ts';
import { configMaps, createClient, manualClock } from '../client/index.ts';
import type { ReflectorOptions } from './reflector.ts';
import { Reflector } from './reflector.ts';

// Each row of the first block is a behaviour that another informer was seen to get wrong (the table of informer behaviour);
// the name says what is promised instead.

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Setting {
  readonly model: ModelServer;
  readonly reflector: Reflector<KubeObject>;
  readonly audience: Audience;
  readonly clock: ImpatientClock;
  readonly logged: string[];
  readonly stop: () => Promise<void>;
  readonly running: Promise<void>;
}

interface Given extends Omit<Partial<ReflectorOptions<KubeObject>>, 'watchList'>, ModelOptions {
  readonly names?: readonly string[];
  readonly fault?: Fault;
  /** Whether the reflector asks for a streaming list; `watchList` is what the server thinks of it. */
  readonly stream?: boolean;
}

async function start({ names = ['a', 'b'], fault, gone, watchList, stream = false, ...options }: Given = {}): Promise<Setting> {
  const model = await startModel(names, { ...(gone ? { gone } : {}), ...(watchList ? { watchList } : {}) });
  model.fault = fault;
  const client = createClient({ server: model.server.url }, { retries: 0 });
  const clock = impatientClock();
  const logged: string[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const audience = createAudience();
  const reflector = new Reflector<KubeObject>({
    client,
    resource: configMaps,
    clock,
    logger,
    random: () => 0,
    watchList: stream,
    ...options,
  });
  reflector.subscribe(audience);
  const controller = new AbortController();
  const running = reflector.run(controller.signal);
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  cleanups.push(
    () => model.server.stop(),
    () => client.close(),
    stop,
  );
  return { model, reflector, audience, clock, logged, stop, running };
}

async function synced(given?: Given): Promise<Setting> {
  const setting = await start(given);
  await setting.reflector.synced();
  await eventually('a watch stands', () => setting.model.watching === 1);
  return setting;
}

async function converged({ model, reflector, audience }: Setting): Promise<void> {
  const want = JSON.stringify([...model.objects.values()].map((object) => object.metadata).sort(byName));
  await eventually('store and audience equal to the server', () =>
    [[...reflector.store.values()], [...audience.believed.values()]].every(
      (have) => JSON.stringify(have.map((o) => o.metadata).sort(byName)) === want,
    ),
  );
  expect(audience.contradictions).toEqual([]);
}

const byName = (a: KubeObject['metadata'], b: KubeObject['metadata']): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);

describe('the table of informer behaviour', () => {
  test('query of the watch: bookmarks, a server timeout of 5 to 10 minutes, the version of the list', async () => {
    const { model } = await synced();
    expect(model.watches[0]?.query).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '2',
      timeoutSeconds: '300',
    });
    const late = await synced({ random: () => 0.999 });
    expect(late.model.watches[0]?.query['timeoutSeconds']).toBe('600');
  });

  test('quiet resource: bookmarks move the version, so that a reconnect after compaction needs no list', async () => {
    const setting = await synced();
    const { model, reflector } = setting;
    const before = reflector.lastEventAt ?? 0;
    for (let i = 0; i < 5; i += 1) model.elsewhere();
    model.bookmark();
    await eventually('the bookmark is heard', () => (reflector.lastEventAt ?? 0) > before || undefined);
    model.compact();
    model.toWatches((stream) => stream.end());
    await eventually('it watches again', () => model.watches.length === 2 && model.watching === 1);
    expect(model.watches[1]?.query['resourceVersion']).toBe('7');
    expect(model.lists).toHaveLength(1);
    model.put('c');
    await converged(setting);
  });

  test('TCP reset mid-watch: it watches again from where it was', async () => {
    const setting = await synced();
    const { model } = setting;
    model.put('c');
    await converged(setting);
    model.toWatches((stream) => stream.reset());
    model.put('d'); // while nobody watches
    await converged(setting);
    expect(model.watches[1]?.query['resourceVersion']).toBe('3');
    expect(model.lists).toHaveLength(1);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c', '+d']);
  });

  for (const kind of ['list', 'watch'] as const) {
    test.each([429, 503])(`%i on ${kind}: goes on, Retry-After is honoured`, async (status) => {
      const fault = faultFor(1, kind, (reply) => reply.refuse(status, 'Busy', 'busy', { 'retry-after': '17' }));
      const setting = await synced({ fault });
      setting.model.put('c');
      await converged(setting);
      expect(setting.clock.slept).toEqual([17_000]);
      expect(setting.model.lists).toHaveLength(1);
    });

    test(`5xx on ${kind}: goes on, waiting longer and longer`, async () => {
      const setting = await synced({ fault: faultFor(4, kind, (reply) => reply.refuse(500, 'InternalError')) });
      setting.model.put('c');
      await converged(setting);
      expect(setting.clock.slept).toEqual([800, 1600, 3200, 6400]);
    });
  }

  test.each(['event', 'status'] as const)('410 as %s: lists again, tells exactly what changed', async (gone) => {
    const setting = await synced({ names: ['a', 'b', 'c'], gone });
    const { model } = setting;
    model.fault = faultFor(1, 'watch', (reply) => reply.reset()); // keeps it away while history is lost
    model.toWatches((stream) => stream.end());
    model.put('b');
    model.delete('c');
    model.put('d');
    model.compact();
    await converged(setting);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c!', '~b', '+d', '-c']);
    expect(setting.clock.slept).toHaveLength(3); // the watch closed at once, the reset, and the 410 itself: no further tries
    // The first list may come from the API server's cache; the one after 410 must not go back in time.
    expect(model.lists.map((seen) => seen.query['resourceVersion'])).toEqual(['0', undefined]);
  });

  test.each(['watched', 'compacted'])(
    'same name re-created in the gap (%s): removed with the old object, then new',
    async (how) => {
      const setting = await synced({ names: ['a'] });
      const { model, audience } = setting;
      const old = audience.believed.get('a');
      const removed: KubeObject[] = [];
      setting.reflector.subscribe({ changed: () => {}, removed: (object) => removed.push(object) });
      model.toWatches((stream) => stream.reset());
      model.delete('a');
      model.put('a');
      if (how === 'compacted') model.compact();
      await converged(setting);
      expect(audience.story).toEqual(['+a!', '-a', '+a']);
      expect(removed).toEqual([old]);
    },
  );

  test('stop(): run resolves, nothing is logged as a failure, the socket is closed', async () => {
    const { model, reflector, logged, stop } = await synced();
    await stop();
    expect(reflector.state).toBe('stopped');
    await eventually('all sockets of watches are closed', () => model.watching === 0);
    expect(logged.filter((line) => /^(?:warn|error)/.test(line))).toEqual([]);
    expect(model.watches).toHaveLength(1);
  });

  test('stop while the list is in flight: no watch opens afterwards, the socket is closed', async () => {
    const { model, reflector, stop } = await start({ fault: faultFor(1, 'list', () => {}) });
    await eventually('the list is asked for', () => model.server.seen.length === 1);
    const waiting = thrown(reflector.synced());
    await stop();
    expect(await waiting).toMatchObject({ code: 'SIGNET_KUBE_CACHE_STOPPED' });
    await eventually('the socket is closed', () => model.server.open === 0);
    expect(model.server.seen).toHaveLength(1);
  });

  test('stop between pages, by a handler: nothing more is asked or told', async () => {
    const model = await startModel(['a', 'b', 'c']);
    const client = createClient({ server: model.server.url });
    cleanups.push(
      () => model.server.stop(),
      () => client.close(),
    );
    const reflector = new Reflector<KubeObject>({ client, resource: configMaps, pageSize: 1, watchList: false });
    const controller = new AbortController();
    reflector.subscribe({ changed: () => controller.abort(), removed: () => {} });
    await reflector.run(controller.signal);
    expect(model.pages).toHaveLength(1);
    expect([reflector.store.size, reflector.hasSynced]).toEqual([1, false]);
  });

  test('start twice is refused, and the first goes on', async () => {
    const setting = await synced();
    const again = new AbortController();
    await expect(setting.reflector.run(again.signal)).rejects.toMatchObject({ code: 'SIGNET_KUBE_CACHE_RUNNING' });
    setting.model.put('c');
    await converged(setting);
    await setting.stop();
    await expect(setting.reflector.run(again.signal)).rejects.toMatchObject({ code: 'SIGNET_KUBE_CACHE_RUNNING' });
    await eventually('no watch is left', () => setting.model.watching === 0);
  });

  test('handler throws or rejects: it is logged without its message, the others and the cache go on', async () => {
    const setting = await start();
    const { reflector, logged } = setting;
    reflector.subscribe({
      changed: () => {
        throw new Error('hunter2');
      },
      removed: () => {},
    });
    const rejecting = (async () => {
      throw new Error('hunter2');
    }) as () => void;
    reflector.subscribe({ changed: rejecting, removed: rejecting });
    await reflector.synced();
    setting.model.delete('a');
    setting.model.put('c');
    await converged(setting);
    expect(logged.filter((line) => line.startsWith('error a handler of the cache failed'))).toHaveLength(7); // a, b, c thrown; a, b, -a, c rejected
    expect(logged.join('\n')).not.toContain('hunter2');
  });

  test('malformed line: an error, and a list that finds what the line would have told', async () => {
    const setting = await synced();
    const { model } = setting;
    model.toWatches((stream) => stream.write('{"type":"ADDED","object":{"metadata":\n'));
    await eventually('it lists again', () => model.lists.length === 2);
    model.put('c');
    await converged(setting);
    expect(setting.logged.join('\n')).toContain('SIGNET_KUBE_WATCH_MALFORMED');
  });

  test('BOOKMARK: moves the version, is no change', async () => {
    const setting = await synced();
    setting.model.elsewhere();
    setting.model.bookmark();
    setting.model.toWatches((stream) => stream.end());
    await eventually('it watches again', () => setting.model.watches.length === 2);
    expect(setting.model.watches[1]?.query['resourceVersion']).toBe('3');
    expect(setting.audience.story).toEqual(['+a!', '+b!']);
  });
});

describe('liveness', () => {
  test('half-open watch: silence beyond the limit is noticed, it watches again from where it was', async () => {
    const clock = manualClock();
    const setting = await synced({ clock });
    const { model, reflector } = setting;
    // Standing for the server, dead for us: the model forgets the stream, the socket stays open.
    model.fault = faultFor(1, 'watch', (reply) => void reply.stream());
    await clock.advance(5000);
    model.toWatches((stream) => stream.end());
    await eventually('the silent watch is asked for', () => model.server.seen.filter((seen) => seen.query['watch']).length === 2);
    model.put('c');
    await clock.advance(119_000);
    expect([reflector.state, reflector.store.size]).toEqual(['watching', 2]);
    await clock.advance(1000);
    await eventually('it backs off', () => reflector.state === 'backing-off');
    await clock.advance(1000);
    await converged(setting);
    expect(model.lists).toHaveLength(1);
    expect(setting.logged.join('\n')).toContain('SIGNET_KUBE_WATCH_SILENT');
  });

  test('bookmarks are signs of life', async () => {
    const clock = manualClock();
    const { model, reflector } = await synced({ clock });
    for (let i = 0; i < 5; i += 1) {
      await clock.advance(100_000);
      model.bookmark();
      await eventually('the bookmark is heard', () => reflector.lastEventAt === clock.now());
    }
    expect(model.watches).toHaveLength(1);
  });

  test('a hundred reconnects leave no listener on the signal and no socket behind', async () => {
    const model = await startModel(['a']);
    const client = createClient({ server: model.server.url });
    cleanups.push(
      () => model.server.stop(),
      () => client.close(),
    );
    const controller = new AbortController();
    const reflector = new Reflector<KubeObject>({ client, resource: configMaps, clock: impatientClock() });
    const running = reflector.run(controller.signal);
    await reflector.synced();
    for (let i = 1; i <= 100; i += 1) {
      await eventually('a watch stands', () => model.watching === 1 && model.watches.length > i);
      model.toWatches((stream) => (i % 2 === 0 ? stream.reset() : stream.end()));
    }
    await eventually('a watch stands', () => model.watching === 1 && model.watches.length > 101);
    // The loop's own, the call's own.
    expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(2);
    expect(model.server.open).toBeLessThanOrEqual(2); // the watch, and one that is kept for the next request
    controller.abort();
    await running;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('a watch that is closed at once, again and again, is backed off from', async () => {
    const fault = faultFor(3, 'watch', (reply) => reply.stream().end());
    const { clock } = await synced({ fault });
    expect(clock.slept).toEqual([800, 1600, 3200]);
  });

  test('back-off ends at 30 s, and starts anew after two quiet minutes', async () => {
    const setting = await synced({ fault: faultFor(8, 'list', (reply) => reply.reset()) });
    expect(setting.clock.slept).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    await setting.clock.sleep(121_000);
    setting.model.toWatches((stream) => stream.reset());
    await eventually('it watches again', () => setting.model.watches.length === 2);
    expect(setting.clock.slept.at(-1)).toBe(800);
  });

  test('a server that refuses to resume is asked for a list', async () => {
    const setting = await synced();
    setting.model.fault = faultFor(5, 'watch', (reply) => reply.refuse(500, 'InternalError'));
    setting.model.toWatches((stream) => stream.end());
    await eventually('it lists again', () => setting.model.lists.length === 2);
    setting.model.put('c');
    await converged(setting);
  });

  test('a server that is away and comes back', async () => {
    const setting = await synced();
    const { model } = setting;
    model.fault = (_seen, reply) => (reply.reset(), true);
    model.server.cut();
    model.put('c');
    model.delete('a');
    await eventually('it tried a few times', () => setting.clock.slept.length > 3);
    model.fault = undefined;
    await converged(setting);
  });
});

describe('lists', () => {
  test('pages: all of them are one list, and only its end tells what is gone', async () => {
    const setting = await synced({ names: ['a', 'b', 'c', 'd', 'e'], pageSize: 2 });
    expect(setting.model.pages.map((seen) => seen.query['limit'])).toEqual(['2', '2', '2']);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c!', '+d!', '+e!']);
  });

  test('410 for a continue token: the list starts over, nothing is told twice, nothing is lost', async () => {
    let cut = false;
    const fault: Fault = (seen) => {
      if (!seen.query['continue'] || cut) return;
      cut = true;
      setting.model.delete('a');
      setting.model.put('f');
      setting.model.compact();
    };
    const setting = await start({ names: ['a', 'b', 'c', 'd', 'e'], pageSize: 2, fault });
    await setting.reflector.synced();
    await converged(setting);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c!', '+d!', '+e!', '+f!', '-a']);
  });

  test.each([false, true])(
    'a later list that breaks half-way (streaming: %s): what it did not come to is not gone',
    async (stream) => {
      const setting = await synced({ names: ['a', 'b', 'c', 'd', 'e'], pageSize: 2, stream, watchList: 'offered' });
      const { model } = setting;
      let broken = 0;
      model.fault = (seen, reply) => {
        if (broken > 0 || (!seen.query['continue'] && !seen.query['sendInitialEvents'])) return false;
        broken += 1;
        if (!stream) return (reply.refuse(500, 'InternalError'), true);
        const initial = reply.stream();
        initial.event('ADDED', model.objects.get('a'));
        initial.end();
        return true;
      };
      model.toWatches((standing) => standing.end());
      model.put('e');
      model.compact();
      await converged(setting);
      await eventually('the broken list was met', () => broken === 1);
      expect(setting.audience.story.slice(5)).toEqual(['~e']);
    },
  );

  test('tokens that keep expiring: the list is asked for in one piece', async () => {
    const fault: Fault = (seen) => (seen.query['continue'] ? setting.model.compact() : undefined);
    const setting = await start({ names: ['a', 'b', 'c'], pageSize: 2, fault });
    await setting.reflector.synced();
    expect(setting.model.lists.map((seen) => seen.query['limit'])).toEqual(['2', '2', undefined]);
  });

  test('"too large resource version" is mended by a consistent read', async () => {
    const details = {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    };
    const fault = faultFor(1, 'list', (reply) =>
      reply.json(504, { kind: 'Status', reason: 'Timeout', code: 504, message: 'x', details }),
    );
    const { model, clock } = await synced({ fault });
    expect(model.lists.map((seen) => seen.query['resourceVersion'])).toEqual([undefined]);
    expect(clock.slept).toEqual([]);
  });

  test('a listing that is refused for long: not synced, and synced once it is allowed', async () => {
    const setting = await start({ fault: faultFor(3, 'list', (reply) => reply.refuse(403, 'Forbidden')) });
    expect(setting.reflector.hasSynced).toBe(false);
    await setting.reflector.synced();
    await converged(setting);
  });

  test('transform is applied before storing and telling; what it throws for is left out', async () => {
    const transform = (object: KubeObject): KubeObject => {
      if (object.metadata.name === 'b') throw new Error('hunter2');
      return { metadata: object.metadata };
    };
    const setting = await start({ names: [], transform });
    setting.model.put('a', { data: { big: 'x' } });
    setting.model.put('b', { data: { big: 'x' } });
    await eventually('a is told', () => setting.audience.believed.has('a'));
    expect(Object.keys(setting.audience.believed.get('a') ?? {})).toEqual(['metadata']);
    setting.model.put('c');
    await eventually('c is told', () => setting.audience.believed.has('c'));
    expect(setting.reflector.store.has({ namespace: 'web', name: 'b' })).toBe(false);
    expect(setting.logged.join('\n')).toMatch(/could not be transformed.*web\/b/);
    expect(setting.logged.join('\n')).not.toContain('hunter2');
  });

  test('selectors and metadataOnly go into list and watch', async () => {
    const { model, reflector } = await synced({ namespace: 'web', labelSelector: 'a=b', fieldSelector: 'c=d', metadataOnly: true });
    for (const seen of [model.lists[0], model.watches[0]]) {
      expect(seen).toMatchObject({
        path: '/api/v1/namespaces/web/configmaps',
        query: { labelSelector: 'a=b', fieldSelector: 'c=d' },
      });
      expect(seen?.headers.accept).toContain('as=PartialObjectMetadata');
    }
    expect(reflector.store.get({ namespace: 'web', name: 'a' })).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' } });
  });
});

describe('subscribing and waiting', () => {
  test('a late subscriber is told what is there, then what changes; an ended subscription is silent', async () => {
    const setting = await synced();
    const late = createAudience();
    const end = setting.reflector.subscribe(late);
    expect(late.story).toEqual(['+a!', '+b!']);
    setting.model.put('a');
    await eventually('the change is told', () => late.story.length === 3);
    end();
    setting.model.put('a');
    await converged(setting);
    expect(late.story).toEqual(['+a!', '+b!', '~a']);
    expect(late.contradictions).toEqual([]);
  });

  test('synced(): the signal of the one who waits ends only the waiting', async () => {
    const { reflector } = await start({ fault: faultFor(1, 'list', () => {}) });
    const reason = new Error('no patience');
    await expect(reflector.synced(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(reflector.state).toBe('listing');
  });

  test('keys, values, size', async () => {
    const { reflector } = await synced();
    expect([...reflector.store.keys()]).toEqual([
      { namespace: 'web', name: 'a' },
      { namespace: 'web', name: 'b' },
    ]);
    expect([reflector.store.size, reflector.hasSynced, reflector.state]).toEqual([2, true, 'watching']);
  });
});

describe('streaming lists (WatchList)', () => {
  test('where offered: filled and followed by one watch, no list', async () => {
    const setting = await synced({ stream: true, watchList: 'offered' });
    setting.model.put('c');
    await converged(setting);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c']);
    expect([setting.model.lists.length, setting.model.watches.length]).toEqual([0, 1]);
    expect(setting.model.watches[0]?.query).toMatchObject({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' });
  });

  test('after 410 the next stream tells exactly what changed', async () => {
    const setting = await synced({ stream: true, watchList: 'offered', names: ['a', 'b', 'c'] });
    const { model } = setting;
    model.toWatches((stream) => stream.end());
    model.put('b');
    model.delete('c');
    model.compact();
    await converged(setting);
    expect(setting.audience.story).toEqual(['+a!', '+b!', '+c!', '~b', '-c']);
    expect(model.lists).toHaveLength(0);
  });

  test.each(['refused', 'ignored'] as const)('where %s: by pages, at once, and it is not asked for again', async (watchList) => {
    const setting = await synced({ stream: true, watchList });
    const { model, clock } = setting;
    expect(clock.slept).toEqual([]);
    expect(model.lists).toHaveLength(1);
    model.toWatches((stream) => stream.end());
    model.put('b');
    model.compact();
    await converged(setting);
    expect(model.watches.filter((seen) => seen.query['sendInitialEvents'])).toHaveLength(1);
    expect(setting.audience.contradictions).toEqual([]);
  });

  test('cut before its end: nothing is taken for removed, and it still comes to agree', async () => {
    let times = 0;
    const fault: Fault = (seen, reply) => {
      if (!seen.query['sendInitialEvents'] || times++ > 0) return false;
      const stream = reply.stream();
      stream.event('ADDED', { metadata: { namespace: 'web', name: 'a', uid: 'uid-1', resourceVersion: '1' } });
      stream.end();
      return true;
    };
    const setting = await synced({ stream: true, watchList: 'offered', fault });
    await converged(setting);
    expect(setting.audience.story).toEqual(['+a!', '+b!']);
  });
});
