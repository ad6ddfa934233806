import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGoDuration, readSecretStore } from './index.ts';

describe('reading a store', () => {
  test('one that says little', () => {
    expect(
      readSecretStore({ kind: 'SecretStore', metadata: { name: 'a', namespace: 'web' }, spec: { provider: { fake: {} } } }),
    ).toEqual({
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'a', namespace: 'web' },
      spec: { controller: '', provider: { fake: {} }, conditions: [] },
    });
  });

  test('one that says everything', () => {
    const conditions = [
      {
        namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
        namespaces: ['web'],
        namespaceRegexes: ['^team-'],
      },
    ];
    const spec = { controller: 'blue', provider: { vault: { server: 'https://vault' } }, conditions };
    const given = { ...spec, retrySettings: { maxRetries: 5, retryInterval: '10s' }, refreshInterval: 300 };
    expect(readSecretStore({ spec: given }).spec).toEqual({
      ...spec,
      retrySettings: { maxRetries: 5, retryIntervalMs: 10_000 },
      refreshIntervalMs: 300_000,
    });
  });

  const kinds = [
    [{ kind: 'SecretStore' }, 'SecretStore'],
    [{ kind: 'ClusterSecretStore' }, 'ClusterSecretStore'],
    // Objects of a list may come without kind.
    [{ metadata: { namespace: 'web' } }, 'SecretStore'],
    [{ metadata: {} }, 'ClusterSecretStore'],
  ] as const;
  test.each(kinds)('%j is a %s', (object, kind) => {
    expect(readSecretStore(object).kind).toBe(kind);
  });

  // Zero means the controller's default (external-secrets v2.9).
  const intervals = [
    [60, 60_000],
    ['5m', 300_000],
    [0, undefined],
    ['0', undefined],
    [-5, undefined],
    ['often', undefined],
    [null, undefined],
  ] as const;
  test.each(intervals)('refreshInterval %j is %s ms', (refreshInterval, expected) => {
    expect(readSecretStore({ spec: { refreshInterval } }).spec.refreshIntervalMs).toBe(expected);
  });

  test('null beside a provider is no second provider', () => {
    expect(readSecretStore({ spec: { provider: { fake: { data: null }, vault: null } } }).spec.provider).toEqual({
      fake: { data: null },
    });
  });

  test('the status survives with fields of others', () => {
    const status = { conditions: [{ type: 'Ready', status: 'True', reason: 'Valid' }], capabilities: 'ReadOnly', others: 1 };
    expect(readSecretStore({ status }).status).toEqual(status);
  });

  test('nothing throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (object, spec) => {
        for (const value of [object, { spec }]) expect(typeof readSecretStore(value).spec.provider).toBe('object');
      }),
    );
  });
});

describe('durations as Go writes them', () => {
  test('the sum of the parts, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(999), fc.constantFrom(['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1])), { minLength: 1 }),
        (parts) => {
          const text = parts.map(([amount, [unit]]) => `${amount}${unit}`).join('');
          const expected = parts.reduce((sum, [amount, [, unitMs]]) => sum + amount * (unitMs as number), 0);
          expect(parseGoDuration(text)).toBe(expected);
        },
      ),
    );
  });

  test('what does not fit into 64 bits of nanoseconds is none', () => {
    expect(parseGoDuration('2562047h')).toBe(2_562_047 * 3_600_000);
    expect(parseGoDuration('2562048h')).toBeUndefined();
  });
});
