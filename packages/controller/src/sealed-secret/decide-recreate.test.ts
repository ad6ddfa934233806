import { annotations } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { good, goodData, liveWith, managed, owner, patch, producedIt, sealedWith } from '../testing/objects.ts';
import { decide } from './decide.ts';

/** The decision in one word, or the reason of a refusal. */
function inWords(sealed: SealedSecret, live: Secret | undefined): string {
  const decision = decide({ sealed, live, opened: good });
  return decision.do === 'refuse' ? decision.because : decision.do;
}

// Never stuck: what cannot be changed in place is made anew, but only what is ours, and an immutable Secret only on request.
describe('a Secret that must be deleted to be changed', () => {
  const owners = [owner()];
  const tls = 'kubernetes.io/tls';
  const toTls = { template: { type: tls } };
  const asked = { marks: { [annotations.replaceImmutable]: 'true' } };
  const immutable = true;
  const rows = [
    ['of another type, ours', toTls, liveWith({ owners }), 'recreate'],
    ['of another type, ours, template silent', {}, liveWith({ owners, type: tls }), 'recreate'],
    [
      'of another type, of this SealedSecret before it was created again',
      toTls,
      liveWith({ owners: [owner({ uid: 'uid-0' })] }),
      'recreate',
    ],
    ['of another type, produced without owner', { ...toTls, status: producedIt }, liveWith(), 'recreate'],
    ['of another type, ours, same data', toTls, liveWith({ owners, data: goodData }), 'recreate'],
    ['of another type, only managed', toTls, liveWith({ marks: managed }), 'TypeChanged'],
    ['of another type, ours, but others merge into it', toTls, liveWith({ owners, marks: patch }), 'TypeChanged'],
    ['of another type, of somebody else', toTls, liveWith(), 'NotManaged'],
    ['immutable, not asked', {}, liveWith({ owners, immutable }), 'Immutable'],
    ['immutable, asked', asked, liveWith({ owners, immutable }), 'recreate'],
    ['immutable, asked: TRUE', { marks: { [annotations.replaceImmutable]: 'TRUE' } }, liveWith({ owners, immutable }), 'Immutable'],
    ['immutable, asked, same data', asked, liveWith({ owners, immutable, data: goodData }), 'nothing'],
    ['immutable, asked, only managed', asked, liveWith({ marks: managed, immutable }), 'Immutable'],
    ['immutable, asked, of somebody else', asked, liveWith({ immutable }), 'NotManaged'],
    ['immutable and of another type, same data, not asked', toTls, liveWith({ owners, immutable, data: goodData }), 'TypeChanged'],
    ['immutable and of another type, asked', { ...toTls, ...asked }, liveWith({ owners, immutable }), 'recreate'],
    ['on its way out, of another type', toTls, liveWith({ owners, deletionTimestamp: 'now' }), 'Terminating'],
  ] as const;
  test.each(rows)('%s', (_, spec, live, expected) => {
    expect(inWords(sealedWith(spec), live)).toBe(expected);
  });

  test('the new one is as if there had been none, and replaces the very one that was read', () => {
    const live = liveWith({ owners, labels: { theirs: '1' } });
    const fresh = decide({ sealed: sealedWith(toTls), live: undefined, opened: good });
    const decision = decide({ sealed: sealedWith(toTls), live, opened: good });
    expect(decision).toEqual({ ...fresh, do: 'recreate', instead: live });
  });

  test.each([
    ['of another type', toTls, liveWith({ owners }), 'TypeChanged'],
    ['immutable, asked', asked, liveWith({ owners, immutable }), 'Immutable'],
  ] as const)('%s, with --recreate-secrets=false: refused', (_, spec, live, because) => {
    expect(decide({ sealed: sealedWith(spec), live, opened: good, recreates: false })).toMatchObject({
      because,
      mendedBy: 'the Secret or a new spec',
      message: expect.stringMatching(/You can only delete and recreate the Secret\.$/),
    });
  });

  test('a refusal says which annotation helps, where it does', () => {
    expect(decide({ sealed: sealedWith(), live: liveWith({ owners, immutable }), opened: good })).toMatchObject({
      message: expect.stringContaining('annotation signet.dev/replace-immutable: "true" on the SealedSecret'),
    });
  });

  test.each([
    ['an item that does not open', { ...good, failures: [{ key: 'a', message: 'no' }] }, 'CannotOpen'],
    ['a template that does not render', { ...good, unrendered: [{ key: 'a', message: 'no' }] }, 'CannotRender'],
  ] as const)('promise 1: %s keeps the old one', (_, unsealed, because) => {
    expect(decide({ sealed: sealedWith(toTls), live: liveWith({ owners }), opened: unsealed })).toMatchObject({ because });
  });
});

describe('--forbidden-secret-types', () => {
  const forbiddenTypes = new Set(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token']);
  const bootstrap = { template: { type: 'bootstrap.kubernetes.io/token' } };
  const rows = [
    ['a new Secret of such a type', bootstrap, undefined, forbiddenTypes, 'ForbiddenType'],
    [
      'one to merge into',
      {},
      liveWith({ marks: patch, type: 'kubernetes.io/service-account-token' }),
      forbiddenTypes,
      'ForbiddenType',
    ],
    [
      'one of ours that is such a one',
      bootstrap,
      liveWith({ owners: [owner()], type: 'bootstrap.kubernetes.io/token' }),
      forbiddenTypes,
      'ForbiddenType',
    ],
    ['any other type', {}, undefined, forbiddenTypes, 'create'],
    ['by default none is forbidden, as with sealed-secrets', bootstrap, undefined, undefined, 'create'],
    ['Opaque, named as such, template silent', {}, undefined, new Set(['Opaque']), 'ForbiddenType'],
  ] as const;
  test.each(rows)('%s', (_, spec, live, types, expected) => {
    const decision = decide({ sealed: sealedWith(spec), live, opened: good, forbiddenTypes: types });
    expect(decision.do === 'refuse' ? decision.because : decision.do).toBe(expected);
  });
});
