import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../client/index.ts';
import { eventually } from '../testing/eventually.ts';
import type { Fault } from '../testing/model-server.ts';
import { faultFor } from '../testing/model-server.ts';
import { converged, reflectorSettings } from '../testing/reflector-setting.ts';

const { start, synced } = reflectorSettings();

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
