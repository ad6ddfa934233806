import type { ConformanceCase } from '../conformance-case.ts';
import { configMap, secret } from '../fixtures.ts';

/** What is special about Secrets, and the limits on size. */
export const secretRules: readonly ConformanceCase[] = [
  {
    name: 'a Secret without a type is Opaque',
    async run(k) {
      await k.post('secrets', secret('a'));
      await k.post('secrets', secret('b', {}, { type: 'example.com/special' }));
      await k.post('secrets', secret('c', {}, { type: '' }));
    },
  },
  {
    name: 'stringData is written into data and not kept',
    async run(k) {
      await k.post('secrets', secret('a', { kept: '1', replaced: '1' }, { stringData: { replaced: '2', added: 'text' } }));
      await k.mergePatch('secrets/a', { stringData: { more: 'x' } });
      await k.apply('secrets/b', 'me', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'b' }, stringData: { a: 'b' } });
    },
  },
  {
    name: 'the type of a Secret cannot change',
    async run(k) {
      await k.post('secrets', secret('a'));
      await k.mergePatch('secrets/a', { type: 'example.com/special' });
      await k.put('secrets/a', secret('a', {}, { type: 'example.com/special' }));
      await k.put('secrets/a', secret('a', { a: '2' }));
    },
  },
  {
    name: 'an immutable Secret refuses new data and stays immutable',
    async run(k) {
      await k.post('secrets', secret('a', { a: '1' }, { immutable: true }));
      await k.mergePatch('secrets/a', { data: { a: 'Mg==' } });
      await k.mergePatch('secrets/a', { data: { b: 'Mg==' } });
      await k.mergePatch('secrets/a', { immutable: false });
      await k.mergePatch('secrets/a', { immutable: null });
      await k.mergePatch('secrets/a', { stringData: { c: 'x' } });
      await k.mergePatch('secrets/a', { metadata: { labels: { may: 'change' } } });
      await k.delete('secrets/a');
    },
  },
  {
    name: 'a Secret can become immutable',
    async run(k) {
      await k.post('secrets', secret('a', { a: '1' }, { immutable: false }));
      await k.mergePatch('secrets/a', { immutable: true, data: { a: 'Mg==' } });
      await k.mergePatch('secrets/a', { data: { a: 'Mw==' } });
    },
  },
  {
    name: 'types with required keys',
    differs: [
      { at: /warnings/, because: 'the sandbox does not look into certificates, so it does not warn of bad ones' },
      { at: /message$/, because: 'what is wrong with a JSON text is said in the words of its parser' },
    ],
    async run(k) {
      const tries = [
        ['kubernetes.io/tls', { 'tls.crt': 'x' }],
        ['kubernetes.io/tls', { 'tls.crt': 'x', 'tls.key': 'y' }],
        ['kubernetes.io/tls', {}],
        ['kubernetes.io/basic-auth', {}],
        ['kubernetes.io/basic-auth', { username: 'u' }],
        ['kubernetes.io/ssh-auth', {}],
        ['kubernetes.io/ssh-auth', { 'ssh-privatekey': 'k' }],
        ['kubernetes.io/dockerconfigjson', {}],
        ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': 'no json' }],
        ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{}' }],
        ['kubernetes.io/dockercfg', { '.dockercfg': '{}' }],
        ['kubernetes.io/service-account-token', {}],
      ] as const;
      for (const [index, [type, values]] of tries.entries()) await k.post('secrets', secret(`s${index}`, values, { type }));
    },
  },
  {
    name: 'a service account token needs an account',
    async run(k) {
      const metadata = { name: 'a', annotations: { 'kubernetes.io/service-account.name': '' } };
      await k.post('secrets', secret('a', {}, { metadata, type: 'kubernetes.io/service-account-token' }));
    },
  },
  {
    name: 'values must be base64',
    async run(k) {
      for (const value of ['!', 'eA', 'eA=', 'eA==', '', 'e A=='])
        await k.post('secrets', { metadata: { name: `s${value.length}` }, data: { a: value } }, {}, { compare: 'reason' });
      await k.post('secrets', { metadata: { name: 'number' }, data: { a: 1 } }, {}, { compare: 'reason' });
      await k.post('secrets', { metadata: { name: 'nothing' }, data: { a: null } });
    },
  },
  {
    name: 'base64 is stored in its canonical form',
    async run(k) {
      await k.post('secrets', { metadata: { name: 'a' }, data: { newline: 'aGVsbG8g\nd29ybGQ=', empty: '' } });
    },
  },
  {
    name: 'a Secret may hold 1 MiB and no more',
    async run(k) {
      const mebibyte = 1 << 20;
      await k.post('secrets', secret('full', { a: 'x'.repeat(mebibyte) }), {}, { compare: 'status' });
      await k.post('secrets', secret('over', { a: 'x'.repeat(mebibyte), b: 'y' }), {}, { compare: 'reason' });
      const { body } = await k.post(
        'secrets',
        secret('over', { a: 'x'.repeat(mebibyte - 1), b: 'yy' }),
        {},
        { compare: 'nothing' },
      );
      k.note('message', body.message);
    },
  },
  {
    name: 'a ConfigMap may hold 1 MiB and no more',
    async run(k) {
      await k.post('configmaps', configMap('full', { a: 'x'.repeat(1 << 20) }), {}, { compare: 'reason' });
      await k.post('configmaps', configMap('over', { a: 'x'.repeat((1 << 20) + 1) }), {}, { compare: 'reason' });
    },
  },
  {
    name: 'annotations may hold 256 KiB and no more',
    async run(k) {
      await k.post(
        'configmaps',
        configMap('full', {}, { annotations: { a: 'x'.repeat((256 << 10) - 1) } }),
        {},
        { compare: 'reason' },
      );
      const { body } = await k.post(
        'configmaps',
        configMap('over', {}, { annotations: { a: 'x'.repeat(256 << 10) } }),
        {},
        { compare: 'nothing' },
      );
      k.note('message', body.message);
    },
  },
  {
    name: 'a request may be 3 MiB and no more',
    async run(k) {
      await k.post('configmaps', configMap('huge', { a: 'x'.repeat(3 << 20) }), {}, { compare: 'reason' });
    },
  },
];
