import { annotations } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import {
  good,
  goodData,
  liveWith,
  managed,
  mergedIt,
  opened,
  owner,
  patch,
  producedIt,
  sealedWith,
  skip,
} from '../testing/objects.ts';
import { decide, refuseSpec } from './decide.ts';
import type { Unsealed } from './unseal.ts';

/** The decision in one word, or the reason of a refusal. */
function inWords(sealed: SealedSecret, live: Secret | undefined, unsealed: Unsealed = good): string {
  const decision = decide({ sealed, live, opened: unsealed });
  return decision.do === 'refuse' ? decision.because : decision.do;
}

// Source: sealed-secrets v0.38 ownership gate; #1599 for a re-created owner; promise 3 for what we mend.
describe('who may write the Secret', () => {
  const rows = [
    ['none', {}, undefined, 'create'],
    ['ours', {}, liveWith({ owners: [owner()] }), 'replace'],
    ['ours, equal already', {}, liveWith({ owners: [owner()], data: goodData }), 'nothing'],
    [
      'of this SealedSecret before it was deleted and created again',
      {},
      liveWith({ owners: [owner({ uid: 'uid-0' })] }),
      'replace',
    ],
    [
      'the same, data equal: the owner is still to be renewed',
      {},
      liveWith({ owners: [owner({ uid: 'uid-0' })], data: goodData }),
      'replace',
    ],
    ['of another SealedSecret', {}, liveWith({ owners: [owner({ name: 'other', uid: 'uid-2' })] }), 'NotManaged'],
    [
      'of another kind of the same name',
      {},
      liveWith({ owners: [owner({ kind: 'Vault', apiVersion: 'x/v1', uid: 'u' })] }),
      'NotManaged',
    ],
    [
      'of the same kind and name in another group',
      {},
      liveWith({ owners: [owner({ apiVersion: 'x/v1', uid: 'uid-0' })] }),
      'NotManaged',
    ],
    ['ours, with a foreign annotation', {}, liveWith({ owners: [owner()], data: goodData, marks: { theirs: '1' } }), 'replace'],
    ['ours, with a foreign label', {}, liveWith({ owners: [owner()], data: goodData, labels: { theirs: '1' } }), 'replace'],
    ['pointed to without control', {}, liveWith({ owners: [owner({ controller: false })] }), 'NotManaged'],
    ['of nobody', {}, liveWith(), 'NotManaged'],
    ['of nobody, equal already', {}, liveWith({ data: goodData }), 'NotManaged'],
    ['of nobody, managed', {}, liveWith({ marks: managed }), 'replace'],
    ['of nobody, managed: TRUE', {}, liveWith({ marks: { [annotations.managed]: 'TRUE' } }), 'NotManaged'],
    ['of nobody, managed: empty', {}, liveWith({ marks: { [annotations.managed]: '' } }), 'NotManaged'],
    ['of somebody else, managed', {}, liveWith({ marks: managed, owners: [owner({ kind: 'Vault', uid: 'u' })] }), 'replace'],
    ['of nobody, patch', {}, liveWith({ marks: patch }), 'merge'],
    ['of nobody, patch: yes', {}, liveWith({ marks: { [annotations.patch]: 'yes' } }), 'NotManaged'],
    ['of nobody, managed and patch', {}, liveWith({ marks: { ...managed, ...patch } }), 'merge'],
    ['ours, patch', {}, liveWith({ marks: patch, owners: [owner()] }), 'merge'],
    ['of nobody, but the status says that we produced it', { status: producedIt }, liveWith(), 'replace'],
    ['another one than the status says', { status: { produced: { ...producedIt.produced, uid: 'x' } } }, liveWith(), 'NotManaged'],
    [
      'produced, then taken by another controller',
      { status: producedIt },
      liveWith({ owners: [owner({ kind: 'Vault', uid: 'u' })] }),
      'NotManaged',
    ],
    ['only merged into, then the mark was taken off', { status: mergedIt }, liveWith(), 'NotManaged'],
    [
      'made without owner, as the template asks',
      { template: skip, status: producedIt },
      liveWith({ data: goodData, marks: skip.metadata.annotations }),
      'nothing',
    ],
    [
      'the same after the status was lost',
      { template: skip },
      liveWith({ data: goodData, marks: skip.metadata.annotations }),
      'nothing',
    ],
    ['the same, but different', { template: skip }, liveWith({ marks: skip.metadata.annotations }), 'NotManaged'],
    ['on its way out', {}, liveWith({ owners: [owner()], deletionTimestamp: 'now' }), 'Terminating'],
  ] as const;
  test.each(rows)('live Secret: %s', (_, spec, live, expected) => {
    expect(inWords(sealedWith(spec), live)).toBe(expected);
  });

  test('a foreign Secret is refused in the words people search for', () => {
    expect(decide({ sealed: sealedWith(), live: liveWith(), opened: good })).toMatchObject({
      message: 'failed update: Resource "db" already exists and is not managed by SealedSecret',
      event: { reason: 'ErrUpdateFailed', message: 'Resource "db" already exists and is not managed by SealedSecret' },
      counted: 'unmanaged',
      mendedBy: 'the Secret or a new spec',
    });
  });
});

// Source: sealed-secrets v0.38 acceptance checklist, "patch-only is not recreated", "owned and managed are".
describe('a Secret that is gone', () => {
  const rows = [
    ['was ours', { status: { observedGeneration: 1, ...producedIt } }, 'create'],
    ['was never there', {}, 'create'],
    ['was only merged into', { status: mergedIt }, 'MergeTargetGone'],
    ['was only merged into, and the spec has changed since', { status: mergedIt, generation: 2 }, 'create'],
  ] as const;
  test.each(rows)('%s -> %s', (_, spec, expected) => {
    expect(inWords(sealedWith(spec), undefined)).toBe(expected);
  });
});

// Source: core/v1 Secret: type and immutable data cannot change; sealed-secrets v0.38 for the words.
describe('what the API server would refuse', () => {
  const owners = [owner()];
  const rows = [
    ['immutable, other data', {}, liveWith({ owners, immutable: true }), 'Immutable'],
    ['immutable, same data', {}, liveWith({ owners, immutable: true, data: goodData }), 'nothing'],
    [
      'immutable, same data, other labels',
      {},
      liveWith({ owners, immutable: true, data: goodData, labels: { a: 'b' } }),
      'replace',
    ],
    ['to become immutable', { template: { immutable: true } }, liveWith({ owners, data: goodData }), 'replace'],
    ['of another type, merged into, template silent', {}, liveWith({ marks: patch, type: 'kubernetes.io/tls' }), 'merge'],
    [
      'of another type, merged into',
      { template: { type: 'Opaque' } },
      liveWith({ marks: patch, type: 'kubernetes.io/tls' }),
      'TypeChanged',
    ],
  ] as const;
  test.each(rows)('%s', (_, spec, live, expected) => {
    expect(inWords(sealedWith(spec), live)).toBe(expected);
  });

  // core/v1 MaxSecretSize is 1 MiB over all values.
  test.each([
    [1024 * 1024, 'create'],
    [1024 * 1024 + 1, 'TooLarge'],
  ])('%i bytes -> %s', (size, expected) => {
    const half = 'x'.repeat(size / 2);
    expect(inWords(sealedWith(), undefined, opened({ a: half, b: half, c: 'x'.repeat(size % 2) }))).toBe(expected);
  });

  test('merging must fit too', () => {
    const full = liveWith({ marks: patch, data: { theirs: Buffer.alloc(1024 * 1024).toString('base64') } });
    expect(inWords(sealedWith(), full)).toBe('TooLarge');
  });

  test('says that the target is immutable', () => {
    const decision = decide({ sealed: sealedWith(), live: liveWith({ owners, immutable: true }), opened: good });
    expect(decision).toMatchObject({
      counted: 'update',
      event: {
        reason: 'ErrUpdateFailed',
        message: expect.stringMatching(/^Error updating web\/db: the target Secret is immutable\. /),
      },
    });
  });
});

// Source: promise 1, all or nothing; sealed-secrets v0.38 for the words.
describe('all or nothing', () => {
  const failures = [
    { key: 'a', message: 'no key could decrypt secret' },
    { key: 'b', message: 'no key could decrypt secret' },
    { key: 'c', message: 'illegal base64 data at input byte 3' },
  ];
  test.each([
    ['no Secret', undefined],
    ['our Secret', liveWith({ owners: [owner()] })],
    ['a foreign Secret', liveWith()],
  ])('one failing item: nothing is written over %s', (_, live) => {
    expect(decide({ sealed: sealedWith(), live, opened: { ...good, failures } })).toEqual({
      do: 'refuse',
      because: 'CannotOpen',
      message: 'no key could decrypt secret (a, b)\nillegal base64 data at input byte 3 (c)',
      event: {
        reason: 'ErrUnsealFailed',
        message: 'Failed to unseal: no key could decrypt secret (a, b)\nillegal base64 data at input byte 3 (c)',
      },
      counted: 'unseal',
      mendedBy: 'a new key or a new spec',
    });
  });
});

describe('templates', () => {
  const unrendered = [
    { key: 'b', message: 'template: b:1: unclosed action' },
    { key: 'url', message: 'template: url:1: unclosed action' },
  ];

  test.each([
    ['no Secret', undefined],
    ['our Secret', liveWith({ owners: [owner()] })],
  ])('one that fails: nothing is written over %s, and the status says which', (_, live) => {
    expect(decide({ sealed: sealedWith(), live, opened: { ...good, unrendered } })).toMatchObject({
      do: 'refuse',
      because: 'CannotRender',
      message: 'template: b:1: unclosed action (b)\ntemplate: url:1: unclosed action (url)',
      event: { reason: 'ErrUnsealFailed' },
      mendedBy: 'a new key or a new spec',
    });
  });

  test('what was rendered once is recorded beside the annotations of the template', () => {
    const sealed = sealedWith({ template: { metadata: { annotations: { mine: 'yes', 'signet.dev/rendered-once': 'not mine' } } } });
    const decision = decide({ sealed, live: undefined, opened: { ...good, marks: { 'signet.dev/rendered-once': '{}' } } });
    expect(decision).toMatchObject({
      do: 'create',
      secret: { metadata: { annotations: { mine: 'yes', 'signet.dev/rendered-once': '{}' } } },
    });
  });
});

// Source: sealed-secrets v0.38, legacy data; acceptance item 11.
describe('acceptance 11: a Secret sealed whole, before v0.7', () => {
  const rows = [
    ['accepted', { data: 'AgA', encryptedData: {} }, true, /^accepted$/],
    [
      'not accepted',
      { data: 'AgA', encryptedData: {} },
      false,
      /^Unsupported: .*deprecated 'data' field, use 'encryptedData' or flip/,
    ],
    ['empty, not accepted', { data: '', encryptedData: {} }, false, /^Unsupported: .*deprecated/],
    ['beside items', { data: 'AgA' }, true, /at the same time$/],
    ['beside items, not accepted', { data: 'AgA' }, false, /at the same time$/],
    ['none', {}, false, /^accepted$/],
  ] as const;
  test.each(rows)('%s', (_, spec, acceptsLegacyData, message) => {
    const sealed = sealedWith(spec);
    const live = liveWith({ owners: [owner()] });
    const decision = decide({ sealed, live, opened: good, acceptsLegacyData });
    const refusals = [refuseSpec(sealed, acceptsLegacyData), decision.do === 'refuse' ? decision : undefined];
    for (const refusal of refusals) expect(refusal ? `${refusal.because}: ${refusal.message}` : 'accepted').toMatch(message);
  });
});

// Promise 10, and 12: a tenant beside the keys may neither bring in a key nor lose one.
describe('sealing keys are not for SealedSecrets', () => {
  const label = 'sealedsecrets.bitnami.com/sealed-secrets-key';
  const labelled = (value: string): object => ({ template: { metadata: { labels: { [label]: value } } } });
  const beside = { namespace: 'web', prefix: 'sealed-secrets-key' };
  const rows = [
    ['a Secret that would be one', labelled('active'), undefined, beside, 'SealingKey'],
    ['a Secret that would be a retired one', labelled('compromised'), undefined, beside, 'SealingKey'],
    ['a Secret of the name keys had before labels', {}, undefined, { ...beside, prefix: 'db' }, 'SealingKey'],
    ['one that is owned', {}, liveWith({ owners: [owner()], labels: { [label]: 'active' } }), beside, 'SealingKey'],
    ['one that is managed', {}, liveWith({ marks: managed, labels: { [label]: '' } }), beside, 'SealingKey'],
    ['one to merge into', {}, liveWith({ marks: patch, labels: { [label]: 'active' } }), beside, 'SealingKey'],
    ['the same label elsewhere', labelled('active'), undefined, { ...beside, namespace: 'kube-system' }, 'create'],
    ['any other Secret beside the keys', {}, undefined, beside, 'create'],
  ] as const;
  test.each(rows)('%s', (_, spec, live, keyPlace, expected) => {
    const decision = decide({ sealed: sealedWith(spec), live, opened: good, keyPlace });
    expect(decision.do === 'refuse' ? decision.because : decision.do).toBe(expected);
  });
});
