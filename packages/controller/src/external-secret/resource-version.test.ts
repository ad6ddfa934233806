import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { syncedVersionOf } from './resource-version.ts';

const versionOf = (metadata: object) => syncedVersionOf({ metadata: { name: 'db', namespace: 'web', ...metadata } });
const hashOf = (text: string) => createHash('sha3-224').update(text).digest('hex');

// Source: external-secrets v2.9: SHA3-224 of Go's %+v of labels and annotations; compared with Go in go-oracle/.
describe('external acceptance 31: the version that was synced', () => {
  test('is the generation and a hash of what Go prints', () => {
    const version = versionOf({ generation: 3, annotations: { b: '2', a: '1' } });
    expect(version).toBe(`3-${hashOf('{annotations:map[a:1 b:2] labels:map[]}')}`);
  });

  test('the same labels and annotations in another order give the same', () => {
    const one = versionOf({ generation: 1, labels: { x: '1', y: '2' }, annotations: {} });
    expect(versionOf({ generation: 1, labels: { y: '2', x: '1' } })).toBe(one);
  });

  test.each([
    ['generation', { generation: 2, labels: { x: '1' } }],
    ['label', { generation: 1, labels: { x: '2' } }],
    ['annotation', { generation: 1, labels: { x: '1' }, annotations: { x: '1' } }],
    ['label that is an annotation', { generation: 1, annotations: { x: '1' } }],
  ])('another %s gives another', (_, metadata) => {
    expect(versionOf(metadata)).not.toBe(versionOf({ generation: 1, labels: { x: '1' } }));
  });

  test('SHA3-224 is the one of the data hashes, by a vector of a live cluster', () => {
    expect(hashOf('map[bar:[118 97 108 117 101 50] foo:[118 97 108 117 101 49]]')).toBe(
      '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64',
    );
  });
});
