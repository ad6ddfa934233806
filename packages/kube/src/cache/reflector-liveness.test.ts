import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../client/index.ts';
import { configMaps, createClient, manualClock, systemClock } from '../client/index.ts';
import { createAudience } from '../testing/audience.ts';
import { eventually } from '../testing/eventually.ts';
import { impatientClock } from '../testing/impatient-clock.ts';
import { faultFor, startModel } from '../testing/model-server.ts';
import { converged, reflectorSettings } from '../testing/reflector-setting.ts';
import { Reflector } from './reflector.ts';

const { cleanups, start, synced } = reflectorSettings();

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

  test('a silent watch is noticed also when the date of the machine was set back meanwhile', async () => {
    const { model } = await synced({ clock: systemClock, stallAfterMs: 200 });
    const now = Date.now.bind(Date);
    const date = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    try {
      await eventually('a second watch is asked for', () => model.watches.length === 2);
    } finally {
      date.mockRestore();
    }
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
