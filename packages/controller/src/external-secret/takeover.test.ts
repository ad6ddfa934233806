import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { isTargetValid } from './marks.ts';
import { decided, synced, told } from './testing/decisions.ts';
import { dataOf, external, fetched } from './testing/target-objects.ts';

// Promise 11: taking over writes no Secret. The Secrets are as external-secrets v2.9 leaves them, written out by hand: marks and vectors of its
// documentation; created-by is `printf web/db | openssl dgst -sha3-224`.

const manager = 'externalsecrets.external-secrets.io/db';
const hash = '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64';
const data = fetched({ foo: 'value1', bar: 'value2' });

function left(metadata: { labels?: object; annotations?: object; ownerReferences?: object[] }, more: object = {}): Secret {
  const labels = { 'reconcile.external-secrets.io/managed': 'true', ...metadata.labels };
  const annotations = { 'reconcile.external-secrets.io/data-hash': hash, ...metadata.annotations };
  const names = (map: object): object => {
    const own = Object.keys(map).filter((key) => key !== 'theirs');
    return { '.': {}, ...Object.fromEntries(own.map((key) => [`f:${key}`, {}])) };
  };
  const fieldsV1 = {
    'f:data': { '.': {}, 'f:bar': {}, 'f:foo': {} },
    'f:metadata': { 'f:annotations': names(annotations), 'f:labels': names(labels) },
    'f:type': {},
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'db',
      namespace: 'web',
      uid: '5f2c1e60-0000-4000-8000-000000000001',
      resourceVersion: '4242',
      creationTimestamp: '2026-08-10T12:00:00Z',
      managedFields: [
        { manager, operation: 'Update', apiVersion: 'v1', time: '2026-08-10T12:00:00Z', fieldsType: 'FieldsV1', fieldsV1 },
      ],
      ...metadata,
      labels,
      annotations,
    },
    type: 'Opaque',
    data: dataOf({ foo: 'value1', bar: 'value2' }),
    ...more,
  } as Secret;
}

const createdBy = { 'reconcile.external-secrets.io/created-by': '9eb33c28cbe6c8d75043b0ac385d614af046d43618cb39bf5f7f083f' };
const ownerReferences = [
  {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    name: 'db',
    uid: 'uid-1',
    controller: true,
    blockOwnerDeletion: true,
  },
];
const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"ExternalSecret"}' };

describe('a Secret of external-secrets', () => {
  test.each([
    ['Owner', {}, left({ labels: createdBy, ownerReferences })],
    ['Orphan', { target: { creationPolicy: 'Orphan' } }, left({})],
    ['CreateOrMerge', { target: { creationPolicy: 'CreateOrMerge' } }, left({})],
    ['Merge', { target: { creationPolicy: 'Merge' } }, left({ labels: { theirs: 'a' } })],
    [
      'labels and annotations copied',
      { labels: { team: 'a' }, annotations: applied },
      left({ labels: { ...createdBy, team: 'a' }, annotations: applied, ownerReferences }),
    ],
    [
      'a template',
      { target: { template: { mergePolicy: 'Merge', metadata: { labels: { team: '{{ .foo }}' } }, data: { bar: '{{ .bar }}' } } } },
      left({ labels: { ...createdBy, team: 'value1' }, ownerReferences }),
    ],
    ['immutable', { target: { immutable: true } }, left({ labels: createdBy, ownerReferences }, { immutable: true })],
  ])('is right as it is: %s', async (_, draft, live) => {
    expect(isTargetValid(external(draft), live)).toBe(true);
    expect(told(await decided(draft, { live, data }))).toEqual(['nothing', ...synced]);
  });
});
