import { annotations } from '@signet/api';
import { expect, test } from 'vitest';
import { secretMarks } from './live-secrets.ts';

test('promise 5: of a Secret the cache keeps its identity, its owners and our marks, nothing else', () => {
  const metadata = { name: 'a', namespace: 'b', uid: 'c', resourceVersion: '1', ownerReferences: [] };
  const big = { 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(1000), [annotations.managed]: 'true' };
  expect(
    secretMarks({ metadata: { ...metadata, labels: { a: 'b' }, annotations: big, managedFields: [{}] }, data: { k: 'AAAA' } }),
  ).toEqual({
    metadata: { ...metadata, annotations: { [annotations.managed]: 'true' } },
  });
});
