import type { ConformanceCase } from '../conformance-case.ts';
import { secret } from '../fixtures.ts';

const authorization = '/apis/authorization.k8s.io/v1';
const inVain = 'the sandbox enforces no RBAC: its one user is the administrator';

/** Kinds that answer instead of being stored, tokens, events, leases, services. */
export const reviews: readonly ConformanceCase[] = [
  {
    name: 'SelfSubjectAccessReview of an administrator',
    async run(k) {
      const resourceAttributes = { namespace: k.namespace, verb: 'get', resource: 'secrets' };
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
      const { body } = await k.post(`${authorization}/selfsubjectaccessreviews`, review, {}, { compare: 'status' });
      k.note('answer', { kind: body.kind, apiVersion: body.apiVersion, spec: body.spec, allowed: body.status.allowed });
      await k.post(`${authorization}/selfsubjectaccessreviews`, { spec: {} }, {}, { compare: 'reason' });
    },
  },
  {
    name: 'SubjectAccessReview of somebody without any role',
    differs: [{ at: /allowed/, because: inVain }],
    async run(k) {
      const resourceAttributes = { namespace: k.namespace, verb: 'get', resource: 'secrets' };
      const { body } = await k.post(
        `${authorization}/subjectaccessreviews`,
        { spec: { user: 'nobody', resourceAttributes } },
        {},
        { compare: 'status' },
      );
      k.note('answer', { allowed: body.status.allowed });
    },
  },
  {
    name: 'SelfSubjectReview says who one is',
    async run(k) {
      const { body } = await k.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, {}, { compare: 'status' });
      k.note('answer', {
        kind: body.kind,
        hasName: typeof body.status.userInfo.username,
        masters: body.status.userInfo.groups.includes('system:masters'),
      });
    },
  },
  {
    name: 'a wrong token is Unauthorized',
    async run(k) {
      await k.get('secrets', {}, { token: 'wrong' });
      await k.post('secrets', secret('a'), {}, { token: 'eyJhbGciOiJub25lIn0.e30.x' });
    },
  },
  {
    name: 'without credentials one may ask for health and version only',
    differs: [
      { at: /^05 /, because: 'the sandbox knows no anonymous user to forbid things to: whoever shows no token is Unauthorized' },
    ],
    async run(k) {
      for (const path of ['/healthz', '/readyz', '/version']) await k.get(path, {}, { token: '', compare: 'status' });
      await k.get('secrets', {}, { token: '' });
    },
  },
  {
    name: 'a service account without any role is forbidden',
    differs: [{ at: /./, because: inVain }],
    async run(k) {
      await k.post('serviceaccounts', { metadata: { name: 'robot' } }, {}, { compare: 'status' });
      const { body } = await k.post('serviceaccounts/robot/token', { spec: {} }, {}, { compare: 'status' });
      await k.get('secrets', {}, { token: body.status.token });
    },
  },
  {
    name: 'TokenRequest of a service account',
    async run(k) {
      await k.post('serviceaccounts', { metadata: { name: 'robot' } });
      const request = (spec: object): object => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
      const { body } = await k.post(
        'serviceaccounts/robot/token',
        request({ audiences: ['vault'], expirationSeconds: 3600 }),
        {},
        { compare: 'status' },
      );
      k.note('answer', {
        kind: body.kind,
        apiVersion: body.apiVersion,
        spec: body.spec,
        hasToken: typeof body.status.token,
        expires: body.status.expirationTimestamp,
      });
      const claims = JSON.parse(Buffer.from(body.status.token.split('.')[1], 'base64url').toString('utf8'));
      k.note('claims', { aud: claims.aud, sub: claims.sub, lifetime: claims.exp - claims.iat, account: claims['kubernetes.io'] });
      await k.post('serviceaccounts/robot/token', request({ expirationSeconds: 10 }));
      await k.post('serviceaccounts/nobody/token', request({}));
    },
  },
  {
    name: 'a token from TokenRequest passes TokenReview',
    async run(k) {
      await k.post('serviceaccounts', { metadata: { name: 'robot' } });
      const { body } = await k.post('serviceaccounts/robot/token', { spec: { audiences: ['vault'] } }, {}, { compare: 'status' });
      const review = (
        spec: object,
      ): Promise<{ body: { status: { authenticated?: boolean; user?: { username?: string }; audiences?: string[] } } }> =>
        k.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec }, {}, { compare: 'status' });
      for (const spec of [
        { token: body.status.token, audiences: ['vault'] },
        { token: body.status.token, audiences: ['other'] },
        { token: 'wrong' },
      ]) {
        const answer = (await review(spec)).body.status;
        k.note('review', {
          authenticated: answer.authenticated ?? false,
          user: answer.user?.username ?? '',
          audiences: answer.audiences ?? [],
        });
      }
    },
  },
  {
    name: 'core events are stored as they are sent',
    async run(k) {
      const event = {
        metadata: { name: 'a.1', namespace: k.namespace },
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Secret',
          name: 'a',
          namespace: k.namespace,
          uid: '11111111-2222-4333-8444-555555555555',
        },
        reason: 'Unsealed',
        message: 'ok',
        type: 'Normal',
        count: 1,
        source: { component: 'signet' },
        firstTimestamp: '2020-01-01T00:00:00Z',
        lastTimestamp: '2020-01-01T00:00:00Z',
      };
      await k.post('events', event);
      await k.mergePatch('events/a.1', { count: 2 });
      await k.get('events', { fieldSelector: 'involvedObject.name=a,reason=Unsealed' });
      await k.get('events', { fieldSelector: 'involvedObject.kind=ConfigMap' });
    },
  },
  {
    name: 'an event must be in the namespace of what it is about',
    async run(k) {
      const event = {
        metadata: { name: 'a.1' },
        involvedObject: { kind: 'Secret', name: 'a', namespace: 'default' },
        reason: 'x',
        type: 'Normal',
      };
      await k.post('events', event);
    },
  },
  {
    name: 'Leases: create, renew with the version, lose with a stale one',
    async run(k) {
      const path = '@coordination.k8s.io/v1/leases';
      const spec = {
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        acquireTime: '2020-01-01T00:00:00.000000Z',
        renewTime: '2020-01-01T00:00:00.123456Z',
        leaseTransitions: 0,
      };
      const { body } = await k.post(path, { metadata: { name: 'a' }, spec });
      await k.put(`${path}/a`, { ...body, spec: { ...spec, renewTime: '2020-01-01T00:00:05.500000Z' } });
      await k.put(`${path}/a`, { ...body, spec: { ...spec, holderIdentity: 'two' } });
      await k.post(path, { metadata: { name: 'b' }, spec: { ...spec, leaseDurationSeconds: -1 } });
      // Six digits, neither more nor fewer.
      await k.post(
        path,
        { metadata: { name: 'c' }, spec: { ...spec, renewTime: '2020-01-01T00:00:05.5Z' } },
        {},
        { compare: 'reason' },
      );
    },
  },
  {
    name: 'Services get defaults',
    async run(k) {
      await k.post('services', { metadata: { name: 'out' }, spec: { type: 'ExternalName', externalName: 'example.com' } });
      const { body } = await k.post(
        'services',
        { metadata: { name: 'web' }, spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
        {},
        { compare: 'status' },
      );
      k.note('spec', { ...body.spec, clusterIP: typeof body.spec.clusterIP, clusterIPs: body.spec.clusterIPs.length });
      await k.post('services', { metadata: { name: 'none' }, spec: { ports: [] } }, {}, { compare: 'reason' });
      await k.post('services', {
        metadata: { name: 'head' },
        spec: {
          clusterIP: 'None',
          ports: [
            { port: 80, name: 'a' },
            { port: 81, name: 'b' },
          ],
        },
      });
    },
  },
  {
    name: 'paths and methods nobody serves',
    async run(k) {
      await k.get('/api/v1/nonsense', {}, { compare: 'status' });
      await k.get('/apis/nonsense.example.com/v1/things', {}, { compare: 'status' });
      await k.get('/api/v1/namespaces/default/secrets/a/b/c', {}, { compare: 'status' });
      await k.send('PUT', 'secrets', secret('a'), { compare: 'reason' });
      await k.send('POST', 'secrets/a', secret('a'), { compare: 'reason' });
      await k.get('secrets/a/nonsense', {}, { compare: 'status' });
    },
  },
  {
    name: 'version and health',
    async run(k) {
      for (const path of ['/healthz', '/livez', '/readyz']) await k.get(path);
      const { body } = await k.get('/version', {}, { compare: 'status' });
      k.note(
        'keys',
        Object.keys(body)
          .filter((key) => ['major', 'minor', 'gitVersion', 'platform'].includes(key))
          .sort(),
      );
    },
  },
  {
    name: 'discovery of the groups the sandbox has',
    async run(k) {
      for (const path of ['/apis/coordination.k8s.io', '/apis/coordination.k8s.io/v1', '/apis/apiextensions.k8s.io/v1']) {
        const { body } = await k.get(path, {}, { compare: 'status' });
        const resources = (body.resources ?? []) as {
          name: string;
          kind: string;
          namespaced: boolean;
          verbs: string[];
          shortNames?: string[];
        }[];
        const wanted = resources.filter(({ name }) => /^(leases|customresourcedefinitions)/.test(name));
        k.note(
          path,
          body.kind === 'APIGroup'
            ? { name: body.name, preferredVersion: body.preferredVersion }
            : wanted.map(({ name, kind, namespaced, verbs, shortNames }) => ({ name, kind, namespaced, verbs, shortNames })),
        );
      }
      const { body } = await k.get('/api/v1', {}, { compare: 'status' });
      const some = (body.resources as { name: string; verbs: string[] }[]).filter(({ name }) =>
        /^(secrets|configmaps|namespaces|events)$/.test(name),
      );
      k.note(
        'core',
        some.map(({ name, verbs }) => ({ name, verbs })),
      );
    },
  },
];
