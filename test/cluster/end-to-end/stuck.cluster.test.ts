import { writeFile } from 'node:fs/promises';
import { generateSealingKey } from '@signet/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { release, useCluster } from './cluster.ts';
import type { Condition, Plain, StoredSealedSecret } from './verbs.ts';

// Never stuck: for each cause an object that fails, one kubectl command that mends the cause, and nothing else done. Within five
// seconds the object is Synced. The controller was not restarted: `useCluster` finds a container that ended.

const cluster = useCluster({
  values: ['namespaceSelector=signet.example.com/serve=yes', 'additionalNamespaces={default,work,later}'],
});
const ns = 'work';
const withinMs = 5000;
const word = (name: string): string => `sealedsecrets.bitnami.com/${name}`;
let pods: readonly string[];

beforeAll(async () => {
  await cluster().namespace(ns);
  pods = cluster().node.pods.map(({ name }) => name);
});

/** kubectl in the namespace of the tests. */
const kubectl = (...args: string[]): Promise<string> => cluster().kubectl('-n', ns, ...args);
const seal = (plain: Omit<Plain, 'namespace'>, ...flags: string[]): Promise<StoredSealedSecret> =>
  cluster().seal({ namespace: ns, ...plain }, ...flags);

/** Applies an object and waits until the controller says why it does not become a Secret. */
async function fails(object: StoredSealedSecret, reason: string): Promise<Condition> {
  const { namespace = ns, name = '' } = object.metadata;
  await cluster().apply(object);
  const condition = await cluster().synced(namespace, name, 'False');
  expect(condition.reason).toBe(reason);
  return condition;
}

/** Waits for what one command must have brought about: the object Synced, and its Secret holding this. */
async function mended(name: string, data: Record<string, string>, namespace = ns): Promise<void> {
  const isMended = async (): Promise<boolean> => {
    const object = await cluster().sealed(namespace, name);
    const [first] = object?.status?.conditions ?? [];
    return first?.status === 'True' && object?.status?.observedGeneration === object?.metadata.generation;
  };
  await until(`${namespace}/${name} is Synced within five seconds of what mends it`, isMended, { withinMs });
  expect(await cluster().data(namespace, name)).toEqual(data);
  expect(cluster().node.pods.map((pod) => pod.name)).toEqual(pods);
}

const values = { a: '1' };

describe('what does not open', () => {
  test('the spec is changed', async () => {
    const good = await seal({ name: 'spec', values });
    const bad = { ...good, spec: { ...good.spec, encryptedData: { a: 'bm90IHNlYWxlZA==' } } };
    await fails(bad, 'CannotOpen');
    const patch = JSON.stringify({ spec: { encryptedData: good.spec.encryptedData } });
    await kubectl('patch', 'sealedsecret', 'spec', '--type=merge', '-p', patch);
    await mended('spec', values);
  });

  test('the scope annotation is changed, and nothing else', async () => {
    const { metadata, ...wide } = await seal({ name: 'scope', values }, '--scope=namespace-wide');
    const { message } = await fails({ ...wide, metadata: { namespace: ns, name: 'scope' } }, 'CannotOpen');
    expect(message).toContain(`set the annotation ${word('namespace-wide')}: "true"`);
    expect(metadata.annotations).toBeDefined();
    await kubectl('annotate', 'sealedsecret', 'scope', `${word('namespace-wide')}=true`);
    await mended('scope', values);
  });

  test('a key is added', async () => {
    const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 86_400_000) });
    const [certificate, key] = [`${cluster().home}/added.crt`, `${cluster().home}/added.key`];
    await Promise.all([writeFile(certificate, certificatePem), writeFile(key, privateKeyPem)]);
    await fails(await seal({ name: 'key', values }, '--cert', certificate), 'CannotOpen');
    const label = 'sealedsecrets.bitnami.com/sealed-secrets-key';
    const data = {
      'tls.crt': Buffer.from(certificatePem).toString('base64'),
      'tls.key': Buffer.from(privateKeyPem).toString('base64'),
    };
    const metadata = { namespace: release.namespace, name: 'added', labels: { [label]: 'active' } };
    await cluster().apply({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data });
    await mended('key', values);
  });

  test('a template that fails is corrected', async () => {
    const good = await seal({ name: 'template', values });
    const template = { ...good.spec.template, data: { url: '{{ .a' } };
    await fails({ ...good, spec: { ...good.spec, template } }, 'CannotRender');
    await kubectl('patch', 'sealedsecret', 'template', '--type=merge', '-p', '{"spec":{"template":{"data":{"url":"x{{ .a }}"}}}}');
    await mended('template', { a: '1', url: 'x1' });
  });
});

describe('a Secret in the way', () => {
  test.each([
    ['is removed', 'removed', ['delete', 'secret', 'removed']],
    ['is annotated managed', 'managed', ['annotate', 'secret', 'managed', `${word('managed')}=true`]],
  ] as const)('%s', async (_, name, command) => {
    await kubectl('create', 'secret', 'generic', name, '--from-literal=theirs=1');
    await fails(await seal({ name, values }), 'NotManaged');
    await kubectl(...command);
    await mended(name, values);
  });

  test('is annotated patch', async () => {
    await kubectl('create', 'secret', 'generic', 'patched', '--from-literal=theirs=1');
    await fails(await seal({ name: 'patched', values }), 'NotManaged');
    await kubectl('annotate', 'secret', 'patched', `${word('patch')}=true`);
    await mended('patched', { a: '1', theirs: '1' });
  });

  test('is on its way out, and what holds it lets go', async () => {
    await kubectl('create', 'secret', 'generic', 'terminating');
    await kubectl('patch', 'secret', 'terminating', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}');
    await kubectl('delete', 'secret', 'terminating', '--wait=false');
    await fails(await seal({ name: 'terminating', values }), 'Terminating');
    await kubectl('patch', 'secret', 'terminating', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    await mended('terminating', values);
  });

  test('was merged into and is gone: it is made again by its owner', async () => {
    const shared = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: ns, name: 'shared', annotations: { [word('patch')]: 'true' } },
    };
    await cluster().apply(shared);
    await cluster().establish({ namespace: ns, name: 'shared', values });
    await kubectl('delete', 'secret', 'shared');
    expect((await cluster().synced(ns, 'shared', 'False')).reason).toBe('MergeTargetGone');
    await cluster().apply(shared);
    await mended('shared', values);
  });
});

describe('a Secret of ours that cannot be changed in place', () => {
  test('#1599: the SealedSecret is deleted and created again at once', async () => {
    const object = await cluster().establish({ namespace: ns, name: 'again', values });
    await cluster().run('kubectl', ['replace', '--force', '-f', '-'], { input: JSON.stringify(object) });
    await mended('again', values);
    const owners = (await cluster().secret(ns, 'again'))?.metadata.ownerReferences;
    expect(owners).toMatchObject([{ uid: (await cluster().sealed(ns, 'again'))?.metadata.uid }]);
  });

  test('its type is changed: it is made anew', async () => {
    await cluster().establish({ namespace: ns, name: 'type', values });
    const before = (await cluster().secret(ns, 'type'))?.metadata.uid;
    await kubectl('patch', 'sealedsecret', 'type', '--type=merge', '-p', '{"spec":{"template":{"type":"example.com/other"}}}');
    await mended('type', values);
    const secret = await cluster().secret(ns, 'type');
    expect(secret?.type).toBe('example.com/other');
    expect(secret?.metadata.uid).not.toBe(before);
  });

  // Promise 1, and what "check first" is worth on a real API server: it calls a TLS Secret without tls.crt invalid.
  test('the new one would be invalid: the old one stays, and a better spec mends it', async () => {
    await cluster().establish({ namespace: ns, name: 'invalid', values });
    const before = await cluster().secret(ns, 'invalid');
    await kubectl('patch', 'sealedsecret', 'invalid', '--type=merge', '-p', '{"spec":{"template":{"type":"kubernetes.io/tls"}}}');
    const { reason, message } = await cluster().synced(ns, 'invalid', 'False');
    expect(reason).toBe('Invalid');
    expect(message).toContain('tls.crt');
    expect(await cluster().secret(ns, 'invalid')).toEqual(before);
    await kubectl('patch', 'sealedsecret', 'invalid', '--type=merge', '-p', '{"spec":{"template":{"type":"example.com/other"}}}');
    await mended('invalid', values);
  });

  test('it is immutable: it is replaced when the SealedSecret is annotated', async () => {
    await cluster().establish({ namespace: ns, name: 'immutable', values, immutable: true });
    const { message } = await fails(await seal({ name: 'immutable', values: { a: '2' }, immutable: true }), 'Immutable');
    expect(message).toContain('signet.dev/replace-immutable');
    expect(await cluster().data(ns, 'immutable')).toEqual(values);
    await kubectl('annotate', 'sealedsecret', 'immutable', 'signet.dev/replace-immutable=true');
    await mended('immutable', { a: '2' });
    expect((await cluster().secret(ns, 'immutable'))?.immutable).toBe(true);
  });

  test('it is immutable: or when somebody deletes it', async () => {
    await cluster().establish({ namespace: ns, name: 'immutable-too', values, immutable: true });
    await fails(await seal({ name: 'immutable-too', values: { a: '2' }, immutable: true }), 'Immutable');
    await kubectl('delete', 'secret', 'immutable-too');
    await mended('immutable-too', { a: '2' });
  });
});

describe('an admission policy', () => {
  test('calls the Secret invalid: it is not offered in a storm, and a spec that conforms mends it', async () => {
    const policy = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'labelled' },
    };
    const matchConstraints = {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] }],
    };
    const expression = `!object.metadata.name.startsWith('policed') || (has(object.metadata.labels) && 'team' in object.metadata.labels)`;
    const validations = [{ expression, message: 'a Secret needs the label team' }];
    const binding = {
      ...policy,
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: 'labelled', validationActions: ['Deny'] },
    };
    await cluster().apply({ ...policy, spec: { matchConstraints, validations } }, binding);
    await until(
      'the policy is in force',
      async () =>
        (await cluster().attempt('kubectl', ['-n', ns, 'create', 'secret', 'generic', 'policed-probe', '--dry-run=server']))
          .code !== 0,
    );

    const { message } = await fails(await seal({ name: 'policed', values }), 'Invalid');
    expect(message).toContain('a Secret needs the label team');
    await kubectl(
      'patch',
      'sealedsecret',
      'policed',
      '--type=merge',
      '-p',
      '{"spec":{"template":{"metadata":{"labels":{"team":"a"}}}}}',
    );
    await mended('policed', values);
  });
});

describe('a namespace', () => {
  test('that is to be served does not exist yet: it is created', async () => {
    const object = await cluster().seal({ namespace: 'later', name: 'early', values });
    await expect(cluster().apply(object)).rejects.toThrow('namespaces "later" not found');
    await cluster().kubectl('create', 'namespace', 'later');
    await cluster().apply(object);
    await mended('early', values, 'later');
  });

  test('gets the label: it is served; it loses the label: it is not served any more', async () => {
    const label = 'signet.example.com/serve';
    await cluster().namespace('tenant');
    await cluster().apply(await cluster().seal({ namespace: 'tenant', name: 'here', values }));
    await cluster().settled();
    expect((await cluster().sealed('tenant', 'here'))?.status).toBeUndefined();

    await cluster().kubectl('label', 'namespace', 'tenant', `${label}=yes`);
    await mended('here', values, 'tenant');

    await cluster().kubectl('label', '--overwrite', 'namespace', 'tenant', `${label}=no`);
    await cluster().settled();
    await cluster().apply(await cluster().seal({ namespace: 'tenant', name: 'there', values }));
    await cluster().kubectl('-n', 'tenant', 'delete', 'secret', 'here');
    await cluster().settled();
    expect((await cluster().sealed('tenant', 'there'))?.status).toBeUndefined();
    expect(await cluster().secret('tenant', 'here')).toBeUndefined();

    await cluster().kubectl('label', '--overwrite', 'namespace', 'tenant', `${label}=yes`);
    await mended('there', values, 'tenant');
    await mended('here', values, 'tenant');
  });
});
