import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Secret } from '@signet/kube/client';
import { fieldManagerOf } from './marks.ts';
import { ownedFields, without } from './owned-fields.ts';

// The recording is what a real API server (1.36) answered; managed-fields.cluster.test.ts makes it.
const recorded = JSON.parse(readFileSync(new URL('./testing/managed-fields.json', import.meta.url), 'utf8')) as Record<
  'created' | 'edited' | 'refreshed',
  Secret
>;
const sorted = (names: ReadonlySet<string>): string[] => [...names].toSorted();

describe('ownedFields', () => {
  const manager = fieldManagerOf('recorded');

  test('of a Secret that was created are all of its names', () => {
    const owned = ownedFields(recorded.created.metadata, manager);
    expect(sorted(owned.data)).toEqual(['stale', 'user']);
    expect(sorted(owned.labels)).toEqual(['reconcile.external-secrets.io/managed', 'stale', 'team']);
    expect(sorted(owned.annotations)).toEqual(['note', 'reconcile.external-secrets.io/data-hash']);
  });

  test('are not what somebody else added', () => {
    expect(sorted(ownedFields(recorded.edited.metadata, manager).data)).toEqual(['stale', 'user']);
    expect(sorted(ownedFields(recorded.edited.metadata, 'somebody').data)).toEqual(['theirs']);
    expect(sorted(ownedFields(recorded.edited.metadata, 'somebody').labels)).toEqual(['theirs']);
  });

  test('are what is left after a refresh', () => {
    expect(sorted(ownedFields(recorded.refreshed.metadata, manager).data)).toEqual(['user']);
  });

  test.each([
    ['none', undefined],
    ['not a list of entries', [null, 'x', { manager, fieldsV1: 'x' }, { manager }]],
  ])('of %s are none', (_, managedFields) => {
    const owned = ownedFields(managedFields ? { managedFields } : {}, manager);
    expect([...owned.data, ...owned.labels, ...owned.annotations]).toEqual([]);
  });
});

test('without leaves the other names', () => {
  expect(without({ a: '1', b: '2' }, new Set(['a', 'c']))).toEqual({ b: '2' });
  expect(without(undefined, new Set())).toEqual({});
});
