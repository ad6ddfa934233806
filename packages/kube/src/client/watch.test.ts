import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import type { Reply, Script, ScriptedServer } from '../testing/scripted-server.ts';
import { startScripted } from '../testing/scripted-server.ts';
import { thrown } from '../testing/thrown.ts';
import type { Client, WatchEvent, WatchOptions } from './client.ts';
import { createClient } from './create-client.ts';
import type { KubeObject } from './object.ts';
import { configMaps, secrets } from './resource.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(script: Script): Promise<{ server: ScriptedServer; client: Client }> {
  const server = await startScripted(script);
  const client = createClient({ server: server.url }, { retries: 0 });
  cleanups.push(
    () => server.stop(),
    () => client.close(),
  );
  return { server, client };
}

const added = (name: string): object => ({ type: 'ADDED', object: { metadata: { name, resourceVersion: '1' } } });
const line = (event: unknown): string => `${JSON.stringify(event)}\n`;

async function collect(client: Client, options: Partial<WatchOptions> = {}): Promise<WatchEvent<KubeObject>[]> {
  const events: WatchEvent<KubeObject>[] = [];
  const { signal } = new AbortController();
  for await (const event of client.watch<KubeObject>(configMaps, { signal, ...options })) events.push(event);
  return events;
}

describe('the request', () => {
  test('asks for bookmarks and everything it was given', async () => {
    const { server, client } = await start((_seen, reply) => reply.stream().end());
    await collect(client, {
      namespace: 'web',
      resourceVersion: '42',
      timeoutSeconds: 300,
      labelSelector: 'a=b,c',
      fieldSelector: 'x=y',
    });
    expect(server.seen[0]).toMatchObject({
      path: '/api/v1/namespaces/web/configmaps',
      query: {
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: '42',
        timeoutSeconds: '300',
        labelSelector: 'a=b,c',
        fieldSelector: 'x=y',
      },
    });
  });

  test('sendInitialEvents comes with its resourceVersionMatch', async () => {
    const { server, client } = await start((_seen, reply) => reply.stream().end());
    await collect(client, { sendInitialEvents: true });
    expect(server.seen[0]?.query).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
    });
  });

  test('metadataOnly asks for partial metadata, and drops the rest from a server that sends whole objects', async () => {
    const whole = { kind: 'Secret', metadata: { name: 'a', resourceVersion: '1' }, data: { password: 'c2VjcmV0' } };
    const { server, client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.event('ADDED', whole);
      stream.end();
    });
    const events: unknown[] = [];
    const { signal } = new AbortController();
    for await (const event of client.watch(secrets, { metadataOnly: true, signal })) events.push(event);
    expect(server.seen[0]?.headers.accept).toMatch(/^application\/json;as=PartialObjectMetadata;g=meta\.k8s\.io;v=v1/);
    expect(events).toEqual([{ type: 'ADDED', object: { apiVersion: 'v1', kind: 'Secret', metadata: whole.metadata } }]);
  });
});

describe('the stream', () => {
  test('events survive any cut of the bytes, also inside a character', async () => {
    const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 6 });
    let bytes = Buffer.alloc(0);
    let cuts: readonly number[] = [];
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      let from = 0;
      const next = (at: number): void => {
        const to = cuts[at] ?? bytes.length;
        if (to > from) stream.write(bytes.subarray(from, to));
        from = Math.max(from, to);
        if (at >= cuts.length) stream.end();
        else setImmediate(next, at + 1); // a packet of its own
      };
      next(0);
    });
    await fc.assert(
      fc.asyncProperty(names, fc.array(fc.nat(400), { maxLength: 12 }), async (list, at) => {
        const events = list.map(added);
        bytes = Buffer.from(events.map(line).join(''));
        cuts = at.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b);
        expect(await collect(client)).toEqual(events);
      }),
      { numRuns: 60 },
    );
  });

  test('a last line without newline counts when it is whole', async () => {
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.write(line(added('a')) + JSON.stringify(added('b')));
      stream.end();
    });
    expect(await collect(client)).toHaveLength(2);
  });

  const broken: readonly [string, string, string][] = [
    ['no JSON', '{"type":"ADDED","object":{"metadata":{"name":"hunter2"\n', 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['an unknown type', line({ type: 'HUNTER2', object: { metadata: {} } }), 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['no metadata', line({ type: 'ADDED', object: { data: 'hunter2' } }), 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['null', 'null\n', 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['an ERROR without a Status', line({ type: 'ERROR', object: { message: 'hunter2' } }), 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['a truncated last line', '{"type":"ADD', 'SIGNET_KUBE_WATCH_MALFORMED'],
    ['a line over 16 MiB', 'x'.repeat(16 * 1024 * 1024 + 1), 'SIGNET_KUBE_WATCH_LINE_TOO_LONG'],
  ];

  test.each(broken)('%s is an error that quotes nothing', async (_name, text, code) => {
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.write(text);
      stream.end();
    });
    const error = (await collect(client).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code });
    expect(error.message).not.toMatch(/hunter2/i);
  });

  test('invalid UTF-8 is malformed, not replaced', async () => {
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.write(
        Buffer.concat([Buffer.from('{"type":"ADDED","object":{"metadata":{"name":"'), Buffer.from([0xff]), Buffer.from('"}}}\n')]),
      );
      stream.end();
    });
    await expect(collect(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_WATCH_MALFORMED' });
  });

  test('an ERROR event is the ApiError of its Status', async () => {
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (9)' });
    });
    await expect(collect(client)).rejects.toMatchObject({ status: 410, reason: 'Expired', code: 'SIGNET_KUBE_API_GONE' });
  });

  test('a reset while it stands is an error', async () => {
    const { client } = await start((_seen, reply) => {
      const stream = reply.stream();
      stream.event('ADDED', { metadata: { name: 'a' } });
      setTimeout(() => stream.reset(), 20);
    });
    await expect(collect(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_WATCH_CUT' });
  });
});

describe('stopping', () => {
  const quiet = (_seen: unknown, reply: Reply): void => void reply.stream();

  test('the signal ends a quiet watch without an error and closes the socket', async () => {
    const { server, client } = await start(quiet);
    const controller = new AbortController();
    let stands = false;
    const done = collect(client, { signal: controller.signal, onActivity: () => (stands = true) });
    await eventually('the watch stands', () => stands);
    controller.abort();
    expect(await done).toEqual([]);
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('the signal ends a watch that has not been answered', async () => {
    const { server, client } = await start(() => {});
    const controller = new AbortController();
    const done = collect(client, { signal: controller.signal });
    await eventually('the request arrives', () => server.seen.length === 1);
    controller.abort();
    expect(await done).toEqual([]);
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('leaving the loop closes the socket', async () => {
    const { server, client } = await start((_seen, reply) => reply.stream().write(line(added('a'))));
    for await (const event of client.watch(configMaps, { signal: new AbortController().signal })) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('an onActivity that throws ends the watch with its error and closes the socket', async () => {
    const { server, client } = await start(quiet);
    const onActivity = (): void => {
      throw new Error('observer');
    };
    await expect(collect(client, { onActivity })).rejects.toMatchObject({ cause: { message: 'observer' } });
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('closing the client ends watches with its error', async () => {
    const { client } = await start(quiet);
    let stands = false;
    const done = thrown(collect(client, { onActivity: () => (stands = true) }));
    await eventually('the watch stands', () => stands);
    await client.close();
    expect(await done).toMatchObject({ code: 'SIGNET_KUBE_CLOSED' });
  });
});
