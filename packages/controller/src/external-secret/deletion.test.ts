import { describe, expect, test } from 'vitest';
import { goesWith, orphansOf } from './deletion.ts';
import { createdByHash } from './marks.ts';
import { external, foreign, owner } from './testing/target-objects.ts';

const label = { 'reconcile.external-secrets.io/created-by': createdByHash('web', 'db') };
const named = (name: string, metadata: object = { labels: label }): ReturnType<typeof foreign> =>
  foreign({ metadata: { name, ...metadata } });

describe('orphansOf', () => {
  const es = (creationPolicy: string): ReturnType<typeof external> => external({ target: { name: 'new', creationPolicy } });

  test('external acceptance 4: a renamed target leaves an orphan with creationPolicy Owner', () => {
    const secrets = [
      named('old'),
      named('older', { labels: label, ownerReferences: [owner()] }),
      named('new'),
      named('adopted', { labels: label, ownerReferences: [owner({ name: 'other' })] }),
      named('unlabelled', { ownerReferences: [owner()] }),
      named('elsewhere', { namespace: 'other', labels: label }),
    ];
    expect(orphansOf(es('Owner'), secrets).map(({ metadata }) => metadata.name)).toEqual(['old', 'older']);
  });

  test.each(['Orphan', 'Merge', 'CreateOrMerge', 'None'])('external acceptance 4: %s leaves the old one where it is', (policy) => {
    expect(orphansOf(es(policy), [named('old')])).toEqual([]);
  });
});

// Source: external-secrets v2.9, deletion of an ExternalSecret.
describe('goesWith', () => {
  test.each([
    ['Owner', 'Delete', [owner()], true],
    ['Owner', 'Delete', [owner({ name: 'other' })], false],
    ['Owner', 'Retain', [owner()], false],
    ['Orphan', 'Delete', [owner()], false],
  ])('%s and %s', (creationPolicy, deletionPolicy, ownerReferences, expected) => {
    const es = external({ target: { creationPolicy, deletionPolicy } });
    expect(goesWith(es, foreign({ metadata: { ownerReferences } }))).toBe(expected);
    expect(goesWith(es, undefined)).toBe(false);
  });

  test('external acceptance 8: a Secret that was there before is not deleted', () => {
    expect(goesWith(external({ target: { deletionPolicy: 'Delete' } }), foreign())).toBe(false);
  });
});
