import { readSealedSecret } from '@signet/api';
import type { SealedSecretStatus } from '@signet/api';
import { describe, expect, test } from 'vitest';
import { isSettled } from './settled.ts';
import { lostOurFields, saysSomethingNew, statusFor } from './status.ts';
import type { Outcome } from './status.ts';

const noon = new Date('2026-03-01T12:00:00.500Z');
const later = new Date('2026-03-01T13:00:00Z');
const produced = { uid: 'secret-1', resourceVersion: '7', scope: 'strict' };
const good: Outcome = { synced: true, produced };
const bad = (message = 'no key could decrypt secret (a)', permanent = true): Outcome => ({
  synced: false,
  reason: 'CannotOpen',
  message,
  permanent,
});
const object = (status?: SealedSecretStatus, generation = 1): ReturnType<typeof readSealedSecret> =>
  readSealedSecret({ metadata: { name: 'db', namespace: 'web', uid: 'u', generation }, spec: { encryptedData: {} }, status });
const truths = (status: SealedSecretStatus): unknown => status.conditions?.map((c) => `${c.type}=${c.status}`);

describe('promise 2: status tells the truth', () => {
  // kstatus: Stalled True is failed, Reconciling True is in progress, Ready True is current.
  test.each([
    ['good', good, ['Synced=True', 'Ready=True', 'Reconciling=False', 'Stalled=False']],
    ['failed for good', bad(), ['Synced=False', 'Ready=False', 'Reconciling=False', 'Stalled=True']],
    ['failed for now', bad('busy', false), ['Synced=False', 'Ready=False', 'Reconciling=True', 'Stalled=False']],
  ] as const)('%s', (_, outcome, expected) => {
    expect(truths(statusFor(object(), outcome, noon))).toEqual(expected);
  });

  test('names the generation it speaks of, everywhere', () => {
    const status = statusFor(object(undefined, 4), bad(), noon);
    expect(status.observedGeneration).toBe(4);
    expect(status.conditions?.map((c) => c.observedGeneration)).toEqual([4, 4, 4, 4]);
    expect(status.conditions?.[0]?.message).toBe('no key could decrypt secret (a)');
  });

  test('first write: both times are now', () => {
    const [synced] = statusFor(object(), good, noon).conditions ?? [];
    expect(synced).toMatchObject({ lastUpdateTime: '2026-03-01T12:00:00Z', lastTransitionTime: '2026-03-01T12:00:00Z' });
  });

  test('lastTransitionTime moves only on a flip', () => {
    const first = statusFor(object(), bad(), noon);
    const same = statusFor(object(first), bad('another cause (b)'), later);
    expect(same.conditions?.[0]).toMatchObject({
      lastUpdateTime: '2026-03-01T13:00:00Z',
      lastTransitionTime: '2026-03-01T12:00:00Z',
    });
    const flipped = statusFor(object(same), good, later);
    expect(flipped.conditions?.[0]).toMatchObject({ status: 'True', lastTransitionTime: '2026-03-01T13:00:00Z' });
    expect(flipped.conditions?.[0]).not.toHaveProperty('message');
  });

  test('what others wrote stays, Synced stays first', () => {
    const before: SealedSecretStatus = { conditions: [{ type: 'Theirs', status: 'True' }], note: 1 };
    const status = statusFor(object(before), good, noon);
    expect(truths(status)).toEqual(['Synced=True', 'Ready=True', 'Reconciling=False', 'Stalled=False', 'Theirs=True']);
    expect(status['note']).toBe(1);
  });

  test('a failure keeps the mark of the last good Secret', () => {
    expect(statusFor(object(statusFor(object(), good, noon)), bad(), later).produced).toEqual(produced);
  });
});

// The peer writes only on a flip or a new generation, so its messages go stale; anything that is said differently counts.
describe('a write is due', () => {
  const told = statusFor(object(), bad(), noon);
  const rows = [
    ['no status yet', undefined, told, true],
    ['empty status', {}, told, true],
    ['False stays False, same cause', told, statusFor(object(told), bad(), later), false],
    ['another cause', told, statusFor(object(told), bad('x (b)'), later), true],
    ['False to True', told, statusFor(object(told), good, later), true],
    ['another generation', told, statusFor(object(told, 2), bad(), later), true],
    [
      'another Secret',
      statusFor(object(), good, noon),
      statusFor(object(), { synced: true, produced: { ...produced, resourceVersion: '8' } }, noon),
      true,
    ],
    [
      'the keys that opened it, for the first time',
      statusFor(object(), good, noon),
      statusFor(object(), { synced: true, produced: { ...produced, keys: ['SHA256:a'] } }, noon),
      true,
    ],
    [
      'the same keys in another order',
      statusFor(object(), { synced: true, produced: { ...produced, keys: ['SHA256:b', 'SHA256:a'] } }, noon),
      statusFor(object(), { synced: true, produced: { ...produced, keys: ['SHA256:a', 'SHA256:b'] } }, noon),
      false,
    ],
    [
      'the status of the peer',
      { observedGeneration: 1, conditions: [{ type: 'Synced', status: 'True' }] },
      statusFor(object(), good, noon),
      true,
    ],
  ] as const;
  test.each(rows)('%s', (_, before, after, expected) => {
    expect(saysSomethingNew(before as SealedSecretStatus | undefined, after, { dropsOurs: false })).toBe(expected);
  });
});

describe('the CustomResourceDefinition of the peer drops our fields', () => {
  const sent = statusFor(object(), good, noon);
  const kept: SealedSecretStatus = {
    observedGeneration: 1,
    conditions: (sent.conditions ?? []).map(({ type, status, reason, lastTransitionTime }) => ({
      type,
      status,
      reason,
      lastTransitionTime,
    })),
  };
  test('which shows in the answer to a write', () => {
    expect(lostOurFields(sent, kept)).toBe(true);
    expect(lostOurFields(sent, sent)).toBe(false);
    const failed = statusFor(object(), bad(), noon);
    expect(lostOurFields(failed, { ...failed, conditions: kept.conditions ?? [] })).toBe(true);
  });
  test('and is no reason to write again and again', () => {
    expect(saysSomethingNew(kept, sent, { dropsOurs: true })).toBe(false);
    expect(saysSomethingNew(kept, sent, { dropsOurs: false })).toBe(true);
  });
});

describe('promise 4: settled means that nothing need be done', () => {
  const status = statusFor(object(), good, noon);
  const live = { uid: 'secret-1', resourceVersion: '7' };
  const rows = [
    ['nothing changed', object(status), live, true],
    ['the Secret was edited', object(status), { ...live, resourceVersion: '8' }, false],
    ['the Secret was created again', object(status), { ...live, uid: 'secret-2' }, false],
    ['the Secret is gone', object(status), undefined, false],
    ['a new spec', object(status, 2), live, false],
    ['never synced', object(), live, false],
    ['failed last time', object(statusFor(object(status), bad(), later)), live, false],
    [
      'another scope',
      { ...object(status), metadata: { ...object().metadata, annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } } },
      live,
      false,
    ],
  ] as const;
  test.each(rows)('%s', (_, sealed, secret, expected) => {
    expect(isSettled(sealed, secret)).toBe(expected);
  });
});
