// Source: a backup is restored without replacing anything; a key counts for the controller by its label, or unlabelled by its name.
import { keyLabel } from '@signet/controller/sealing-keys';
import type { Secret } from '@signet/kube/client';
import type { KeyringEntry, SealingCertificate } from '@signet/sealing';
import { describe, expect, test } from 'vitest';
import type { FoundKey, KeyState } from './cluster-keys.ts';
import { planRestore } from './restore-plan.ts';

/** A key as the plan sees it: nothing of the pair but its fingerprint. */
function key(name: string, fingerprint: string, state: KeyState = 'active', namespace = 'kube-system'): FoundKey {
  const labels = state === 'legacy' ? {} : { [keyLabel]: state === 'compromised' ? 'compromised' : 'active' };
  const secret: Secret = { metadata: { name, namespace, labels }, data: { 'tls.key': 'a2V5', 'tls.crt': 'Y2VydA==' } };
  const certificate = { fingerprint } as SealingCertificate;
  const entry = { key: { id: fingerprint }, certificate } as KeyringEntry;
  return { secret, name, state, certificate, isSuspicious: false, ...(state !== 'broken' && { entry }) };
}

function plan(backup: FoundKey, keys: readonly FoundKey[], taken: readonly string[] = keys.map(({ name }) => name)): unknown {
  const [step] = planRestore([backup], { namespace: 'kube-system', prefix: 'prefix', keys, taken: new Set(taken) });
  const { name, generateName, namespace, labels } = step?.secret?.metadata ?? {};
  const made = { ...(name !== undefined && { name }), ...(generateName !== undefined && { generateName }), namespace };
  return step?.secret ? [step.do, made, labels?.[keyLabel]] : [step?.do, step?.because];
}

const here = { namespace: 'kube-system' };
describe('what is done about a key of a backup', () => {
  test.each([
    ['missing', key('a', 'A'), [], ['create', { ...here, name: 'a' }, 'active']],
    ['there', key('a', 'A'), [key('a', 'A')], ['nothing', 'is there']],
    ['there under another name', key('a', 'A'), [key('b', 'A')], ['nothing', 'is there as b']],
    ['there, retired since', key('a', 'A'), [key('a', 'A', 'compromised')], ['nothing', 'is there, compromised: it stays so']],
    [
      'another key has its name',
      key('a', 'A'),
      [key('a', 'B')],
      ['create under a new name', { ...here, generateName: 'prefix' }, 'active'],
    ],
    // The private key in the cluster is not usable, so that the one of the backup is needed.
    [
      'there, and broken',
      key('a', 'A'),
      [key('a', 'A', 'broken')],
      ['create under a new name', { ...here, generateName: 'prefix' }, 'active'],
    ],
    ['retired when it was backed up', key('a', 'A', 'compromised'), [], ['create', { ...here, name: 'a' }, 'compromised']],
    ['from another namespace', key('a', 'A', 'active', 'old'), [], ['create', { ...here, name: 'a' }, 'active']],
    [
      'legacy, by the name of this controller',
      key('prefix', 'A', 'legacy'),
      [],
      ['create', { ...here, name: 'prefix' }, undefined],
    ],
    [
      'legacy, by the name of another controller',
      key('other', 'A', 'legacy'),
      [],
      ['create', { ...here, name: 'other' }, 'active'],
    ],
    [
      'legacy, and its name is taken',
      key('prefix', 'A', 'legacy'),
      [key('prefix', 'B', 'legacy')],
      ['create under a new name', { ...here, generateName: 'prefix' }, 'active'],
    ],
  ])('%s', (_, backup, present, expected) => {
    expect(plan(backup, present)).toEqual(expected);
  });

  test('a Secret that is no key at all has its name: it stays, too', () => {
    expect(plan(key('a', 'A'), [], ['a'])).toEqual(['create under a new name', { ...here, generateName: 'prefix' }, 'active']);
  });
});
