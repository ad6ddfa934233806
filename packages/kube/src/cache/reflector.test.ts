import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import { eventually } from '../testing/eventually.ts';
import { faultFor, startModel } from '../testing/model-server.ts';
import { converged, reflectorSettings } from '../testing/reflector-setting.ts';
import { thrown } from '../testing/thrown.ts';
import { Reflector } from './reflector.ts';

// Each row of the first block is a behaviour that another informer was seen to get wrong (the table of informer behaviour);
// the name says what is promised instead.

const { cleanups, start, synced } = reflectorSettings();

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
