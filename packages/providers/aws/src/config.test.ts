import { describe, expect, test } from 'vitest';
import { isReferent, readConfig, roleSteps } from './config.ts';
import { aws } from './provider.ts';

// Source: external-secrets v2.9, SecretStore.spec.provider.aws.

const store = { kind: 'SecretStore', name: 'aws', namespace: 'web' } as const;
const cluster = { kind: 'ClusterSecretStore', name: 'aws' } as const;
const base = { service: 'SecretsManager', region: 'eu-central-1' };
const secretRef = (namespace?: string) => ({
  accessKeyIDSecretRef: { name: 'aws', key: 'id', namespace },
  secretAccessKeySecretRef: { name: 'aws', key: 'secret', namespace },
});

function sound(config: unknown) {
  const read = readConfig(config);
  if (!('config' in read)) throw new Error(`not sound: ${JSON.stringify(read.problems)}`);
  return read.config;
}

describe('problems name the field', () => {
  test.each([
    [undefined, ['aws']],
    [{}, ['aws.service', 'aws.region']],
    [{ service: 'SecretsManager', region: '' }, ['aws.region']],
    [{ service: 'SecretsManager', region: 'evil.example/' }, ['aws.region']],
    [{ service: 'Lambda', region: 'eu-central-1' }, ['aws.service']],
    [{ service: 'CertificateManager', region: 'eu-central-1' }, ['aws.service']],
    [{ ...base, auth: { jwt: {} } }, ['aws.auth.jwt.serviceAccountRef']],
    [
      { ...base, auth: { secretRef: { accessKeyIDSecretRef: { name: 'aws', key: 'id' } } } },
      ['aws.auth.secretRef.secretAccessKeySecretRef'],
    ],
    [
      { ...base, auth: { secretRef: { ...secretRef(), accessKeyIDSecretRef: { name: 'aws' } } } },
      ['aws.auth.secretRef.accessKeyIDSecretRef.key'],
    ],
    [{ ...base, sessionTags: [{ value: 'x' }] }, ['aws.sessionTags.0.key']],
    [{ ...base, sessionTagsPolicy: 'All' }, ['aws.sessionTagsPolicy']],
    [{ ...base, secretsManager: { recoveryWindowInDays: 3 } }, ['aws.secretsManager.recoveryWindowInDays']],
    [{ ...base, secretsManager: { recoveryWindowInDays: 7, forceDeleteWithoutRecovery: true } }, ['aws.secretsManager']],
  ])('%j', (config, fields) => {
    expect(aws.problems(config, store).map(({ field }) => field)).toEqual(fields);
  });

  test('certificates are refused by name, and the error has the whole path', () => {
    expect(() => aws.configure({ service: 'CertificateManager', region: 'eu-central-1' }, store)).toThrow(
      'spec.provider.aws.service: certificates of AWS Certificate Manager are not supported; choose SecretsManager or ParameterStore',
    );
  });

  test.each([
    [base],
    [{ ...base, service: 'ParameterStore', prefix: '/team/', unknownField: 1 }],
    [{ ...base, role: '', externalID: '', auth: {} }],
    [{ ...base, auth: null, sessionTagsPolicy: '' }],
    [{ ...base, secretsManager: { recoveryWindowInDays: 0 } }],
  ])('%j is sound', (config) => {
    expect(aws.problems(config, store)).toEqual([]);
  });
});

test('the ServiceAccount goes before the access key, and the surroundings come last', () => {
  const jwt = { serviceAccountRef: { name: 'app' } };
  expect(sound({ ...base, auth: { jwt, secretRef: secretRef() } }).auth.by).toBe('service account');
  expect(sound({ ...base, auth: { secretRef: secretRef() } }).auth.by).toBe('access key');
  expect(sound(base).auth.by).toBe('surroundings');
});

describe('a store works with something of whoever uses it', () => {
  const jwt = (namespace?: string) => ({ jwt: { serviceAccountRef: { name: 'app', namespace } } });
  test.each([
    ['a namespaced store never', store, { ...base, auth: { secretRef: secretRef() } }, false],
    ['the surroundings are nobody’s', cluster, base, false],
    ['an access key without namespace', cluster, { ...base, auth: { secretRef: secretRef() } }, true],
    ['an access key with namespace', cluster, { ...base, auth: { secretRef: secretRef('ops') } }, false],
    [
      'only the session token without namespace',
      cluster,
      { ...base, auth: { secretRef: { ...secretRef('ops'), sessionTokenSecretRef: { name: 'aws', key: 'token' } } } },
      true,
    ],
    ['a ServiceAccount without namespace', cluster, { ...base, auth: jwt() }, true],
    ['a ServiceAccount with namespace', cluster, { ...base, auth: jwt('ops') }, false],
    ['the namespace as a tag of the session', cluster, { ...base, role: 'reader', sessionTagsPolicy: 'Simple' }, true],
    ['that tag without a role to assume', cluster, { ...base, sessionTagsPolicy: 'Simple' }, false],
  ] as const)('%s', (_, identity, config, expected) => {
    expect(isReferent(sound(config), identity)).toBe(expected);
    expect(aws.configure(config, identity).isReferent).toBe(expected);
  });
});

test('the namespace in the tags is that of whoever uses a cluster store, and nobody overrides it', () => {
  const config = sound({
    ...base,
    role: 'reader',
    sessionTags: [{ key: 'esoNamespace', value: 'forged' }],
    sessionTagsPolicy: 'Custom',
    customSessionTags: { esoStoreName: 'forged', '': 'x', empty: '', team: 'web' },
  });
  expect(roleSteps(config, cluster, 'team-a').at(-1)?.tags).toEqual({
    team: 'web',
    esoNamespace: 'team-a',
    esoStoreName: 'aws',
    esoStoreKind: 'ClusterSecretStore',
  });
});
