import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';
import { Scene } from './scene.ts';

const plane = useControlPlane();

describe('an outage of the control plane', () => {
  test('API server killed and restarted while values change: settles, and nothing settled is written again', async () => {
    await using scene = await Scene.on(plane());
    for (const round of [1, 2, 3]) {
      await scene.write('db', { password: `before kill ${round}` });
      const writing = Promise.all([
        scene.write('db', { password: `around kill ${round}`, user: 'app' }),
        scene.write(`cache-${round}`, { url: `redis ${round}` }),
      ]);
      await plane().restart('kube-apiserver');
      await writing;
    }
    await scene.settles();
    await scene.holds();
  });

  test('etcd paused for 30 s while values change: no exit though the lease runs out, settles, no storm of events', async () => {
    await using scene = await Scene.on(plane());
    await scene.write('db', { password: 'old', user: 'app' });
    await scene.settles();
    const etcd = plane().component('etcd');
    const writing = Promise.all([scene.write('db', { password: 'new' }), scene.write('api', { token: 'first' })]);
    etcd.signal('SIGSTOP');
    try {
      await sleep(30_000);
      expect(scene.controller.ending, scene.controller.logs(40)).toBeUndefined();
    } finally {
      etcd.signal('SIGCONT');
    }
    await writing;
    await scene.settles(60_000);
    await scene.holds();
  });

  test('history compacted while the controller was away: its place in the watch is gone, it reads anew and settles', async () => {
    await using scene = await Scene.on(plane());
    scene.controller.signal('SIGSTOP');
    try {
      for (const round of [1, 2, 3]) await scene.write('db', { password: `unheard ${round}` });
      await plane().compact();
      // A watch cache that starts now knows nothing of what was compacted.
      await plane().restart('kube-apiserver');
    } finally {
      scene.controller.signal('SIGCONT');
    }
    await scene.settles();
    await until('the controller was told that its place is gone', () => /"relist":true/.test(scene.controller.logs())).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}\n${scene.controller.logs(60)}`);
      },
    );
    await scene.holds();
  });
});
