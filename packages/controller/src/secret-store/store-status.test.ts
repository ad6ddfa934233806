import { readSecretStore } from '@signet/api';
import type { SecretStoreObject } from '@signet/api';
import { providerErrors } from '@signet/provider';
import { describe, expect, test } from 'vitest';
import { controllerErrors } from '../errors.ts';
import type { Checked } from './store-keeper.ts';
import { readinessOf, saysNews, storeStatusFor } from './store-status.ts';
import { naming } from './store-title.ts';

const store = (more: { status?: object; spec?: object; generation?: number } = {}): SecretStoreObject =>
  readSecretStore({
    kind: 'SecretStore',
    metadata: { name: 'vault', namespace: 'web', uid: 'u', generation: more.generation ?? 1 },
    spec: { provider: { fake: {} }, ...more.spec },
    ...(more.status && { status: more.status }),
  });
const now = new Date('2026-01-01T00:00:00.123Z');
const ready: Checked = { result: 'ready', capabilities: 'ReadOnly' };
const denied = naming('SecretStore "vault"', providerErrors.ACCESS_DENIED({ because: '403' }));
const failed = (at: 'client' | 'validation', error: Error): Checked => ({ result: 'failed', at, error, capabilities: 'ReadOnly' });

// Source: external-secrets v2.9, reasons and messages of stores; behind the colon stands the cause, which is ours.
describe('external acceptance 38: what a store says of itself', () => {
  const rows: readonly (readonly [string, Checked, readonly [string, string, string]])[] = [
    ['valid', ready, ['True', 'Valid', 'store validated']],
    [
      'unknown',
      { result: 'unknown', capabilities: 'ReadWrite' },
      ['True', 'ValidationUnknown', 'could not determine validation status'],
    ],
    ['invalid', failed('validation', denied), ['False', 'InvalidProviderConfig', 'unable to validate store: access denied: 403']],
    [
      'a provider we do not have',
      failed('client', providerErrors.INVALID_CONFIG({ field: 'spec.provider.oracle', because: 'not supported' })),
      ['False', 'InvalidProviderConfig', 'unable to create client: spec.provider.oracle: not supported'],
    ],
    [
      'out of order',
      failed('validation', controllerErrors.STORE_NOT_READY({ store: 'SecretStore "vault"', because: '503' })),
      ['False', 'InvalidProviderConfig', 'unable to validate store: 503'],
    ],
  ];

  test.each(rows)('%s', (_, checked, [status, reason, message]) => {
    expect(readinessOf(store(), checked)).toEqual({ status, reason, message });
  });

  test('a condition nobody can meet since it cannot be read', () => {
    const spec = { conditions: [{ namespaceRegexes: ['('] }] };
    expect(readinessOf(store({ spec }), ready)).toMatchObject({ status: 'False', reason: 'InvalidStoreConfiguration' });
  });

  test('capabilities and the generation it speaks of', () => {
    expect(storeStatusFor(store({ generation: 4 }), ready, now)).toEqual({
      capabilities: 'ReadOnly',
      observedGeneration: 4,
      conditions: [
        { type: 'Ready', status: 'True', reason: 'Valid', message: 'store validated', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    });
  });
});

test('fields and conditions of others are kept, and the time of the transition as long as it does not flip', () => {
  const other = { type: 'Backup', status: 'True' as const };
  const before = {
    note: 'kept',
    conditions: [other, { type: 'Ready', status: 'True', reason: 'ValidationUnknown', lastTransitionTime: '2020-01-01T00:00:00Z' }],
  };
  const after = storeStatusFor(store({ status: before }), ready, now);
  expect(after['note']).toBe('kept');
  expect(after.conditions?.[1]).toEqual(other);
  expect(after.conditions?.[0]).toMatchObject({ reason: 'Valid', lastTransitionTime: '2020-01-01T00:00:00Z' });
  const flipped = storeStatusFor(store({ status: before }), failed('validation', denied), now);
  expect(flipped.conditions?.[0]).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z' });
});

describe('what is worth writing', () => {
  const first = storeStatusFor(store(), ready, now);
  const later = storeStatusFor(store({ status: first }), ready, new Date('2026-01-02T00:00:00Z'));
  const elsewhere = storeStatusFor(store({ status: first, generation: 2 }), ready, now);

  test('the first word, another cause, another generation', () => {
    expect(saysNews(undefined, first, { dropsOurs: false })).toBe(true);
    expect(saysNews(first, storeStatusFor(store(), failed('validation', denied), now), { dropsOurs: false })).toBe(true);
    expect(saysNews(first, elsewhere, { dropsOurs: false })).toBe(true);
  });

  test('not the same again, and not a field that the cluster drops', () => {
    expect(saysNews(first, later, { dropsOurs: false })).toBe(false);
    expect(saysNews(first, elsewhere, { dropsOurs: true })).toBe(false);
  });
});
