import { readExternalSecret } from '@signet/api';
import { describe, expect, test } from 'vitest';
import { Interests, sourcesOf } from './interests.ts';

const es = (name: string, spec: object) => readExternalSecret({ metadata: { name, namespace: 'web' }, spec });

describe('interests', () => {
  const app = es('app', {
    secretStoreRef: { name: 'vault' },
    target: {
      name: 'app-secret',
      template: {
        templateFrom: [
          { configMap: { name: 'texts', items: [{ key: 'a' }] } },
          { secret: { name: 'hidden', items: [{ key: 'b' }] } },
        ],
      },
    },
    data: [{ secretKey: 'x', remoteRef: { key: 'k' }, sourceRef: { storeRef: { name: 'shared', kind: 'ClusterSecretStore' } } }],
    dataFrom: [{ extract: { key: 'all' } }, { sourceRef: { generatorRef: { kind: 'Password', name: 'p' } } }],
  });

  test('a change wakes those it concerns: target, templates, stores of items', () => {
    const interests = new Interests();
    interests.set(app);
    const concerned = [
      'Target/web/app-secret',
      'Template/ConfigMap/web/texts',
      'Template/Secret/web/hidden',
      'SecretStore/web/vault',
      'ClusterSecretStore/shared',
    ] as const;
    for (const interest of concerned) expect(interests.in(interest), interest).toEqual([{ namespace: 'web', name: 'app' }]);
    expect(interests.in('Target/other/app-secret')).toEqual([]);
    expect(interests.in('ClusterSecretStore/shared', 'other')).toEqual([]);
  });

  test('an object that lost an interest is not woken by it any more', () => {
    const interests = new Interests();
    interests.set(app);
    interests.set(es('app', { secretStoreRef: { name: 'vault' }, data: [{ secretKey: 'x', remoteRef: { key: 'k' } }] }));
    expect(interests.in('Template/ConfigMap/web/texts')).toEqual([]);
    expect(interests.in('Target/web/app')).toEqual([{ namespace: 'web', name: 'app' }]);
    interests.forget({ namespace: 'web', name: 'app' });
    expect(interests.in('SecretStore/web/vault')).toEqual([]);
  });

  test('the default store counts only where an item uses it', () => {
    const only = es('o', {
      secretStoreRef: { name: 'unused' },
      dataFrom: [{ sourceRef: { generatorRef: { kind: 'UUID', name: 'u' } } }],
    });
    expect(sourcesOf(only).stores).toEqual([]);
    expect(sourcesOf(only).generators.map(({ name }) => name)).toEqual(['u']);
  });
});
