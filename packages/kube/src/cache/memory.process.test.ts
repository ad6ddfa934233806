import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startScripted } from '../testing/scripted-server.ts';
import type { KubeObject } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import { Reflector } from './reflector.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const count = 10_000;
const pageSize = 500;
const ballast = 'x'.repeat(20_000);
const mebibyte = 1024 * 1024;

function held(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test('10,000 objects of 20 kB are listed page by page: what is held is what the transform keeps', async () => {
  const order: string[] = [];
  const server = await startScripted((seen, reply) => {
    if (seen.query['watch']) return void reply.stream();
    const from = Number(seen.query['continue'] ?? 0);
    order.push(`ask ${from / pageSize}`);
    const items = Array.from({ length: pageSize }, (_, index) => ({
      metadata: { namespace: 'web', name: `n-${from + index}`, uid: `u-${from + index}`, resourceVersion: '1' },
      data: { ballast },
    }));
    const next = from + pageSize;
    reply.json(200, { metadata: { resourceVersion: '1', ...(next < count ? { continue: String(next) } : {}) }, items });
  });
  const client = createClient({ server: server.url });
  const transform = ({ metadata }: KubeObject): KubeObject => ({ metadata });
  const reflector = new Reflector<KubeObject>({ client, resource: configMaps, pageSize, transform, watchList: false });
  const before = held();
  let most = 0;
  reflector.subscribe({
    changed({ metadata }) {
      const index = Number(metadata.name?.slice(2));
      if (index % pageSize !== pageSize - 1) return;
      order.push(`told ${(index + 1) / pageSize - 1}`);
      most = Math.max(most, held() - before);
    },
    removed: () => {},
  });
  const controller = new AbortController();
  const running = reflector.run(controller.signal);
  await reflector.synced();

  expect(reflector.store.size).toBe(count);
  // A page is asked for after the one before it was worked off, never ahead.
  expect(order).toEqual(Array.from({ length: count / pageSize }, (_, page) => [`ask ${page}`, `told ${page}`]).flat());
  // 200 MB went over the wire. At the end of a page: that page as bytes and as objects, with its server's copy (3 x 10 MB) and
  // the metadata stored so far.
  expect(most / mebibyte).toBeLessThan(80);
  expect((held() - before) / mebibyte).toBeLessThan(25);

  controller.abort();
  await running;
  await client.close();
  await server.stop();
});
