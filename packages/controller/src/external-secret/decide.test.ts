import { describe, expect, test } from 'vitest';
import { decided, own, synced, told } from './testing/decisions.ts';
import { created, dataOf, fetched, foreign, owner, textsOf } from './testing/target-objects.ts';

// Source of the tables: external-secrets v2.9, creationPolicy and deletionPolicy, cell by cell.

const none = fetched({});

describe('creationPolicy', () => {
  const other = foreign({ data: dataOf({ theirs: 'a' }) });

  test.each([
    // policy          no Secret                                 somebody's Secret
    ['Owner', ['create', ...synced], ['replace', ...synced]],
    ['Orphan', ['create', ...synced], ['replace', ...synced]],
    ['CreateOrMerge', ['create', ...synced], ['replace', ...synced]],
    [
      'Merge',
      ['nothing', 'SecretMissing', 'secret will not be created due to CreationPolicy=Merge'], // external acceptance 7
      ['replace', ...synced],
    ],
    ['None', ['nothing', ...synced], ['nothing', ...synced]],
  ])('external acceptance 2: %s: without a Secret, and with one of somebody', async (creationPolicy, missing, existing) => {
    expect(told(await decided({ target: { creationPolicy } }))).toEqual(missing);
    expect(told(await decided({ target: { creationPolicy } }, { live: other }))).toEqual(existing);
  });

  test.each([
    ['Owner', { password: 'hunter2' }],
    ['Orphan', { password: 'hunter2' }],
    ['CreateOrMerge', { theirs: 'a', password: 'hunter2' }],
    ['Merge', { theirs: 'a', password: 'hunter2' }],
  ])('external acceptance 7: %s: keys of others in what is written', async (creationPolicy, expected) => {
    const decision = await decided({ target: { creationPolicy } }, { live: other });
    expect(decision).toHaveProperty('secret');
    expect('secret' in decision && textsOf(decision.secret)).toEqual(expected);
  });

  // who controls the Secret: Owner, any other policy
  const replaced = ['replace', ...synced] as const;
  const theirs = [
    'refuse',
    'SecretSyncedError',
    'target is owned by another ExternalSecret: "other" owns the Secret "db"',
  ] as const;
  const jobs = [
    'refuse',
    'SecretSyncedError',
    'failed to take ownership of target secret: Job "backup" controls the Secret "db"',
  ] as const;
  test.each([
    ['this ExternalSecret', [owner()], replaced, replaced],
    ['its predecessor of the same name', [owner({ uid: 'old' })], replaced, replaced],
    ['another ExternalSecret', [owner({ name: 'other' })], theirs, theirs],
    ['another, of an older version', [owner({ name: 'other', apiVersion: 'external-secrets.io/v1beta1' })], theirs, theirs],
    [
      'another ExternalSecret, which owns but does not control it',
      [owner({ name: 'other', controller: false })],
      replaced,
      replaced,
    ],
    ['a controller of another kind', [owner({ apiVersion: 'batch/v1', kind: 'Job', name: 'backup' })], jobs, replaced],
    ['nobody', [], replaced, replaced],
  ])('external acceptance 12: a Secret that is controlled by %s', async (_, ownerReferences, byOwner, byOthers) => {
    const live = foreign({ metadata: { ownerReferences } });
    expect(told(await decided({}, { live }))).toEqual(byOwner);
    for (const creationPolicy of ['Orphan', 'Merge', 'CreateOrMerge']) {
      expect(told(await decided({ target: { creationPolicy } }, { live }))).toEqual(byOthers);
    }
  });

  test.each(['Owner', 'Orphan', 'CreateOrMerge', 'Merge'])(
    'external acceptance 7: %s: what is as it should be is not written',
    async (creationPolicy) => {
      const draft = { target: { creationPolicy }, labels: { team: 'a' } };
      const live = created(
        await own({ ...draft, target: { creationPolicy: creationPolicy === 'Merge' ? 'Orphan' : creationPolicy } }),
      );
      const decision = await decided(draft, { live });
      expect(told(decision)).toEqual(['nothing', ...synced]);
      expect(decision).toHaveProperty('binding', 'db');
    },
  );

  test('external acceptance 1: data that somebody changed is put right', async () => {
    const live = { ...(await own()), data: dataOf({ password: 'changed' }) };
    const decision = await decided({}, { live });
    expect(decision).toMatchObject({ do: 'replace', secret: { data: dataOf({ password: 'hunter2' }) } });
  });

  test('external acceptance 5: there is a binding when there is a Secret of it, and none otherwise', async () => {
    expect(await decided({ target: { name: 'named' } })).toHaveProperty('binding', 'named');
    expect(await decided({ target: { creationPolicy: 'None' } })).toHaveProperty('binding', undefined);
    expect(await decided({ target: { creationPolicy: 'Merge' } })).toHaveProperty('binding', undefined);
    expect(await decided({ target: { deletionPolicy: 'Delete' } }, { data: none })).toHaveProperty('binding', undefined);
    const bound = { status: { binding: { name: 'db' } } };
    expect(await decided(bound, { data: none, live: await own() })).toHaveProperty('binding', 'db');
    expect(await decided({}, { data: none })).toHaveProperty('binding', undefined);
  });

  test('a write is for the very version that was read', async () => {
    const decision = await decided({}, { live: foreign() });
    expect(decision).toMatchObject({ do: 'replace', secret: { metadata: { uid: 'secret-1', resourceVersion: '7' } } });
  });

  test('waits for a Secret that is being deleted', async () => {
    const live = foreign({ metadata: { deletionTimestamp: '2026-11-21T00:00:00Z' } });
    expect(await decided({}, { live })).toMatchObject({ do: 'refuse', permanent: true, mendedBy: 'target' });
  });
});

describe('deletionPolicy, when nothing is left at the sources', () => {
  const retained = ['nothing', 'SecretSynced', 'secret retained due to DeletionPolicy=Retain'] as const;
  const deleted = ['SecretDeleted', 'secret deleted due to DeletionPolicy=Delete'] as const;
  const refused = (policy: string): readonly string[] => [
    'refuse',
    'SecretSyncedError',
    `could not delete secret: deletionPolicy Delete needs creationPolicy Owner, and this is ${policy}`,
  ];

  test.each(['Owner', 'Orphan', 'CreateOrMerge', 'Merge', 'None'])(
    'external acceptance 13: Retain keeps it with %s',
    async (creationPolicy) => {
      const live = await own();
      expect(told(await decided({ target: { creationPolicy } }, { data: none, live }))).toEqual(retained);
      expect(told(await decided({ target: { creationPolicy } }, { data: none }))).toEqual(retained);
    },
  );

  test('external acceptance 13: Delete deletes the Secret of an Owner', async () => {
    const target = { deletionPolicy: 'Delete' };
    const live = await own({ target });
    expect(told(await decided({ target }, { data: none, live }))).toEqual(['delete', ...deleted]);
    expect(await decided({ target }, { data: none, live })).toMatchObject({ instead: live, binding: undefined });
    expect(told(await decided({ target }, { data: none }))).toEqual(['nothing', ...deleted]);
  });

  test.each(['Orphan', 'CreateOrMerge', 'Merge', 'None'])(
    'external acceptance 8: Delete deletes nothing with %s',
    async (creationPolicy) => {
      const target = { creationPolicy, deletionPolicy: 'Delete' };
      const decision = await decided({ target }, { data: none, live: await own() });
      expect(told(decision)).toEqual(refused(creationPolicy));
      expect(decision).toHaveProperty('permanent', true);
    },
  );

  test.each([
    ['nobody', []],
    ['another ExternalSecret', [owner({ name: 'other' })]],
  ])('external acceptance 8: Delete leaves a Secret of %s', async (_, ownerReferences) => {
    const decision = await decided(
      { target: { deletionPolicy: 'Delete' } },
      { data: none, live: foreign({ metadata: { ownerReferences } }) },
    );
    expect(told(decision)[2]).toBe('could not delete secret: the Secret "db" was not made by this ExternalSecret');
  });

  test.each([
    ['Owner', {}],
    ['Orphan', {}],
    ['CreateOrMerge', { theirs: 'a' }],
    ['Merge', { theirs: 'a' }],
  ])('external acceptance 13: Merge keeps the Secret and drops own keys with %s', async (creationPolicy, left) => {
    const target = { creationPolicy, deletionPolicy: 'Merge' };
    const live = await own({ target: { ...target, creationPolicy: 'CreateOrMerge' } });
    live.data = { ...live.data, ...dataOf({ theirs: 'a' }) };
    const decision = await decided({ target }, { data: none, live });
    expect(told(decision)).toEqual(['replace', ...synced]);
    expect('secret' in decision && textsOf(decision.secret)).toEqual(left);
  });

  test('external acceptance 13: what is left at the sources stays, what is gone goes', async () => {
    for (const deletionPolicy of ['Delete', 'Merge']) {
      const target = { deletionPolicy };
      const live = await own({ target }, { data: fetched({ a: '1', b: '2' }) });
      const decision = await decided({ target }, { data: fetched({ a: '1' }), live });
      expect('secret' in decision && textsOf(decision.secret)).toEqual({ a: '1' });
    }
  });
});
