import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createdByHash, dataHash, fieldManagerOf, isMadeBy, isTargetValid, liveDataHash } from './marks.ts';
import { dataOf, external, fetched, foreign, owner } from './testing/target-objects.ts';

// Vectors: external-secrets v2.9 ("data hash"); the others by `openssl dgst -sha3-224` over the text that Go prints.

describe('dataHash', () => {
  test.each([
    ['two values', fetched({ foo: 'value1', bar: 'value2' }), '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64'],
    ['null', null, /^c461202a18e9/],
    [
      'an empty value and bytes',
      new Map([
        ['k', Uint8Array.of(0, 255)],
        ['b', new Uint8Array()],
      ]),
      '4a08d0b25f5d77507160fc6232f262f3dc60b46c1d8c680484b7e819',
    ],
    ['no values', new Map<string, Uint8Array>(), '74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b'],
  ])('has the vector of %s', (_, data, expected) => {
    expect(dataHash(data)).toMatch(expected);
  });

  test('does not depend on the order of the keys', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.uint8Array()), { selector: ([key]) => key });
    fc.assert(
      fc.property(entries, (given) => {
        expect(dataHash(new Map(given.toReversed()))).toBe(dataHash(new Map(given)));
      }),
    );
  });

  test('of a live Secret is that of its bytes', () => {
    expect(liveDataHash(foreign({ data: dataOf({ foo: 'value1', bar: 'value2' }) }))).toBe(
      '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64',
    );
  });
});

describe('names', () => {
  test('external acceptance 3: a field manager of more than 63 characters has a hash of the name', () => {
    const name = 'a-name-of-more-than-twenty-eight-characters';
    expect(fieldManagerOf('db')).toBe('externalsecrets.external-secrets.io/db');
    expect(fieldManagerOf('n'.repeat(27))).toBe(`externalsecrets.external-secrets.io/${'n'.repeat(27)}`); // 36 + 27 = 63
    const hash = createHash('sha3-224').update('n'.repeat(28)).digest('hex');
    expect(fieldManagerOf('n'.repeat(28))).toBe(`externalsecrets.external-secrets.io/sha3/${hash}`);
    expect(fieldManagerOf(name)).toBe(
      'externalsecrets.external-secrets.io/sha3/d1b299767f47bc5fdc91784b787440710304757dd238743e6fc6652f',
    );
  });

  test('created-by is the hash of namespace and name', () => {
    expect(createdByHash('web', 'db')).toBe('9eb33c28cbe6c8d75043b0ac385d614af046d43618cb39bf5f7f083f');
  });
});

describe('isTargetValid', () => {
  const hash = dataHash(fetched({ a: '1' }));
  const live = (managed: string | undefined, annotated: string | undefined, value = '1'): ReturnType<typeof foreign> =>
    foreign({
      metadata: {
        labels: { ...(managed !== undefined && { 'reconcile.external-secrets.io/managed': managed }) },
        annotations: { ...(annotated !== undefined && { 'reconcile.external-secrets.io/data-hash': annotated }) },
      },
      data: dataOf({ a: value }),
    });

  test.each([
    ['marked and as left', live('true', hash), true],
    ['gone', undefined, false],
    ['without label', live(undefined, hash), false],
    ['with another label', live('True', hash), false],
    ['without hash', live('true', undefined), false],
    ['with data of somebody else', live('true', hash, '2'), false],
  ])('external acceptance 1: a target that is %s', (_, secret, valid) => {
    for (const creationPolicy of ['Owner', 'Merge', 'CreateOrMerge', 'None']) {
      expect(isTargetValid(external({ target: { creationPolicy } }), secret)).toBe(valid);
    }
    expect(isTargetValid(external({ target: { creationPolicy: 'Orphan' } }), secret)).toBe(true);
  });
});

describe('isMadeBy', () => {
  const label = {
    labels: { 'reconcile.external-secrets.io/created-by': '9eb33c28cbe6c8d75043b0ac385d614af046d43618cb39bf5f7f083f' },
  };
  test.each([
    ['controlled by it', { ownerReferences: [owner()] }, true],
    ['controlled by one of its name that was deleted', { ownerReferences: [owner({ uid: 'old' })] }, true],
    ['controlled by it in another version', { ownerReferences: [owner({ apiVersion: 'external-secrets.io/v1beta1' })] }, true],
    ['controlled by another', { ownerReferences: [owner({ name: 'other' })] }, false],
    ['controlled by one of another group', { ownerReferences: [owner({ apiVersion: 'kubernetes-client.io/v1' })] }, false],
    ['owned, not controlled', { ownerReferences: [owner({ controller: false })] }, false],
    ['labelled', label, true],
    ['labelled, and controlled by another', { ...label, ownerReferences: [owner({ kind: 'Job', apiVersion: 'batch/v1' })] }, false],
    ['labelled by another', { labels: { 'reconcile.external-secrets.io/created-by': 'x' } }, false],
    ['unmarked', {}, false],
  ])('of a Secret %s', (_, metadata, expected) => {
    expect(isMadeBy(external(), metadata)).toBe(expected);
  });
});
