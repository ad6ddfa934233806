import { describe, expect, test } from 'vitest';
import type { Client, KubeObject, ManualClock } from '../client/index.ts';
import { ApiError, manualClock } from '../client/index.ts';
import type { EventObject, Happening } from './event-record.ts';
import { EventRecorder } from './events.ts';

interface Office {
  readonly clock: ManualClock;
  readonly recorder: EventRecorder;
  /** What the server has, by name, and every call it got. */
  readonly stored: Map<string, EventObject>;
  readonly calls: string[];
  /** What the server does instead of serving. */
  trouble: (() => Promise<never>) | undefined;
  /** Lets everything be sent that can be. */
  settle(): Promise<void>;
}

function office(): Office {
  const clock = manualClock();
  const stored = new Map<string, EventObject>();
  const calls: string[] = [];
  const client: Pick<Client, 'create' | 'patch'> = {
    async create(_resource, object) {
      calls.push('create');
      await it.trouble?.();
      stored.set(object.metadata.name as string, object as KubeObject as EventObject);
      return object;
    },
    async patch<T extends KubeObject>(_resource: unknown, ref: { name: string }, body: unknown) {
      calls.push('patch');
      await it.trouble?.();
      const event = stored.get(ref.name);
      if (!event) throw new ApiError({ status: 404, reason: 'NotFound', message: 'gone' });
      return Object.assign(event, body) as KubeObject as T;
    },
  };
  const recorder = new EventRecorder({ client, component: 'sealed-secrets', host: 'pod-1', clock, random: () => 0.5 });
  const it: Office = { clock, recorder, stored, calls, trouble: undefined, settle: () => clock.advance(0) };
  return it;
}

const sealed: KubeObject = {
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { namespace: 'web', name: 'db', uid: 'u1', resourceVersion: '7' },
  spec: { encryptedData: { password: 'AgB...' } },
};
const unsealed: Happening = { type: 'Normal', reason: 'Unsealed', message: 'SealedSecret unsealed successfully' };
const refused = (status: number) => (): Promise<never> => Promise.reject(new ApiError({ status, reason: '', message: 'refused' }));

test('an event says what kubectl describe shows', async () => {
  const o = office();
  o.recorder.record(sealed, unsealed);
  await o.settle();
  const name = `db.${Date.UTC(2026, 0, 1).toString(16)}800000`;
  expect(Object.fromEntries(o.stored)).toEqual({
    [name]: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: 'web', name },
      involvedObject: {
        apiVersion: 'bitnami.com/v1alpha1',
        kind: 'SealedSecret',
        namespace: 'web',
        name: 'db',
        uid: 'u1',
        resourceVersion: '7',
      },
      type: 'Normal',
      reason: 'Unsealed',
      message: 'SealedSecret unsealed successfully',
      source: { component: 'sealed-secrets', host: 'pod-1' },
      reportingComponent: 'sealed-secrets',
      reportingInstance: 'pod-1',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
    },
  });
});

test('events about cluster-scoped objects live in default', async () => {
  const o = office();
  o.recorder.record({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } }, unsealed);
  await o.settle();
  expect([...o.stored.values()][0]).toMatchObject({
    metadata: { namespace: 'default' },
    involvedObject: { kind: 'Namespace', name: 'web' },
  });
});

describe('aggregation', () => {
  test('the same happening is counted on the event that is there', async () => {
    const o = office();
    for (let i = 0; i < 3; i++) {
      o.recorder.record(sealed, unsealed);
      await o.clock.advance(60_000);
    }
    expect(o.calls).toEqual(['create', 'patch', 'patch']);
    expect([...o.stored.values()]).toEqual([
      expect.objectContaining({ count: 3, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:02:00Z' }),
    ]);
  });

  test('a burst of the same costs one write', async () => {
    const o = office();
    for (let i = 0; i < 20; i++) o.recorder.record(sealed, unsealed);
    await o.settle();
    expect(o.calls).toEqual(['create']);
    expect([...o.stored.values()][0]?.count).toBe(20);
  });

  test.each([
    ['another reason', sealed, { ...unsealed, reason: 'Other' }],
    ['another message', sealed, { ...unsealed, message: 'other' }],
    ['another type', sealed, { ...unsealed, type: 'Warning' as const }],
    ['the object created again', { ...sealed, metadata: { ...sealed.metadata, uid: 'u2' } }, unsealed],
  ])('%s is another event', async (_says, object, happening) => {
    const o = office();
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(1);
    o.recorder.record(object, happening);
    await o.settle();
    expect(o.stored.size).toBe(2);
  });

  test('after ten minutes it is told anew', async () => {
    const o = office();
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(600_000);
    o.recorder.record(sealed, unsealed);
    await o.settle();
    expect(o.calls).toEqual(['create', 'create']);
  });

  test('an event that is gone from the server is told anew', async () => {
    const o = office();
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(1);
    o.stored.clear();
    o.recorder.record(sealed, unsealed);
    await o.settle();
    expect(o.calls).toEqual(['create', 'patch', 'create']);
    expect([...o.stored.values()][0]).toMatchObject({ count: 2 });
  });
});

describe('floods', () => {
  test('an object gets 25 at once and one in five minutes; others are not concerned', async () => {
    const o = office();
    for (let i = 0; i < 40; i++) o.recorder.record(sealed, { ...unsealed, message: `m${i}` });
    o.recorder.record({ ...sealed, metadata: { ...sealed.metadata, uid: 'other' } }, unsealed);
    await o.settle();
    expect(o.calls).toHaveLength(26);
    expect(o.recorder.dropped).toBe(15);
    await o.clock.advance(300_000);
    for (let i = 0; i < 5; i++) o.recorder.record(sealed, { ...unsealed, message: `later ${i}` });
    await o.settle();
    expect(o.calls).toHaveLength(27);
  });

  test('at most 1000 wait for a server that hangs; recording never blocks', async () => {
    const o = office();
    o.trouble = () => new Promise(() => {});
    for (let i = 0; i < 1500; i++) o.recorder.record({ ...sealed, metadata: { name: `o${i}`, uid: `u${i}` } }, unsealed);
    await o.settle();
    expect(o.calls).toHaveLength(1);
    expect(o.recorder.dropped).toBe(500);
  });
});

test('of many objects at once the first 200 are told at once, the others at 10 a second and warnings first; a flush drops what is still waiting', async () => {
  const o = office();
  for (let i = 0; i < 600; i++) o.recorder.record({ ...sealed, metadata: { name: `o${i}`, uid: `u${i}` } }, unsealed);
  await o.settle();
  expect(o.stored.size).toBe(200);
  o.recorder.record({ ...sealed, metadata: { name: 'failed', uid: 'failed' } }, { ...unsealed, type: 'Warning' });
  await o.clock.advance(200);
  expect([...o.stored.values()].map(({ type }) => type)).toContain('Warning');
  await o.clock.advance(9800);
  expect(o.stored.size).toBe(300);
  const flushed = o.recorder.flush({ timeoutMs: 2000 });
  await o.clock.advance(2000);
  await flushed;
  await o.clock.advance(60_000);
  expect(o.stored.size).toBeGreaterThanOrEqual(319);
  expect(o.stored.size).toBeLessThanOrEqual(321);
  expect(o.recorder.dropped).toBe(601 - o.stored.size);
});

describe('trouble', () => {
  test('a server error is tried again, three times in all', async () => {
    const o = office();
    o.trouble = refused(503);
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(999);
    expect(o.calls).toHaveLength(1);
    o.trouble = undefined;
    await o.clock.advance(1);
    expect(o.stored.size).toBe(1);
    o.trouble = refused(500);
    o.recorder.record(sealed, { ...unsealed, message: 'again' });
    await o.clock.advance(60_000);
    expect(o.calls).toHaveLength(5);
    expect(o.recorder.dropped).toBe(1);
  });

  test.each([403, 404, 409, 422])('a refusal with %i is not tried again, and the next event goes out', async (status) => {
    const o = office();
    o.trouble = refused(status);
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(60_000);
    expect(o.calls).toHaveLength(1);
    o.trouble = undefined;
    o.recorder.record(sealed, { ...unsealed, message: 'next' });
    await o.settle();
    expect(o.stored.size).toBe(1);
  });

  test('a call that hangs is given up after ten seconds', async () => {
    const o = office();
    o.trouble = () => new Promise(() => {});
    o.recorder.record(sealed, unsealed);
    await o.clock.advance(10_000);
    o.trouble = undefined;
    await o.clock.advance(1000);
    expect(o.stored.size).toBe(1);
  });

  test('flush waits for what was recorded, but not for ever', async () => {
    const o = office();
    let flushed = false;
    o.recorder.record(sealed, unsealed);
    await o.recorder.flush();
    expect(o.stored.size).toBe(1);
    o.trouble = () => new Promise(() => {});
    o.recorder.record(sealed, unsealed);
    void o.recorder.flush({ timeoutMs: 2000 }).then(() => (flushed = true));
    await o.clock.advance(1999);
    expect(flushed).toBe(false);
    await o.clock.advance(1);
    expect(flushed).toBe(true);
    await office().recorder.flush();
  });
});

test.each([
  ['a'.repeat(2000), 'a'.repeat(1024)],
  [`${'a'.repeat(1023)}é`, 'a'.repeat(1023)],
  [`${'a'.repeat(1021)}€!`, `${'a'.repeat(1021)}€`],
  ['😀'.repeat(300), '😀'.repeat(256)],
])('a message is cut at 1024 bytes between characters', async (message, cut) => {
  const o = office();
  o.recorder.record(sealed, { ...unsealed, message });
  await o.settle();
  expect([...o.stored.values()][0]?.['message']).toBe(cut);
});

test('a name of 253 characters still makes a valid event name', async () => {
  const o = office();
  o.recorder.record({ ...sealed, metadata: { namespace: 'web', name: 'n'.repeat(253) } }, unsealed);
  await o.settle();
  const [name] = [...o.stored.keys()] as [string];
  expect(name).toHaveLength(253);
  expect(name).toMatch(/^n+\.[0-9a-f]{17}$/);
});
