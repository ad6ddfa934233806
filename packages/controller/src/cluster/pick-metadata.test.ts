import { expect, test } from 'vitest';
import { pickMetadata } from './pick-metadata.ts';

test('identity and what is asked for, as far as it is there', () => {
  const metadata = { name: 'n', uid: 'u', resourceVersion: '1', generation: 3, labels: { a: 'b' }, managedFields: [{}] };
  expect(pickMetadata(metadata)).toEqual({ name: 'n', uid: 'u', resourceVersion: '1' });
  expect(pickMetadata(metadata, 'labels', 'annotations')).toEqual({
    name: 'n',
    uid: 'u',
    resourceVersion: '1',
    labels: { a: 'b' },
  });
});
