import { configMaps, secrets } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExternalRoom } from '../testing/external-room.ts';
import type { ExternalRoom } from '../testing/external-room.ts';
import type { Explanation } from './explain.ts';

describe('signet external explain', () => {
  let room: ExternalRoom;
  beforeAll(async () => {
    room = await startExternalRoom();
    await room.store('fake', { db: 'hunter2', json: '{"user":"hunter3","host":"hunter4"}', word: 'sales' });
  });
  afterAll(async () => room.stop());

  async function explained(name: string): Promise<Explanation> {
    const { code, out } = await room.signet('external', 'explain', name, '-n', 'web', '-o', 'json');
    expect(code).toBe(0);
    expect(out).not.toMatch(/hunter/);
    return JSON.parse(out) as Explanation;
  }
  const rows = ({ keys }: Explanation): string[] =>
    keys.map(({ key, isThere, sources, template, isCertain }) =>
      [key, isThere, sources.map(({ item }) => item).join('+'), template ?? '-', isCertain ? 'certain' : 'perhaps'].join(' '),
    );

  test('each key with its item, store, remote key and property; keys of extract with the item they came from', async () => {
    await room.external('plain', {
      dataFrom: [{ extract: { key: 'json' } }],
      data: [
        { secretKey: 'password', remoteRef: { key: 'db', version: '' } },
        { secretKey: 'login', remoteRef: { key: 'json', property: 'user' } },
      ],
    });
    await room.ready('plain', 'True');
    const explanation = await explained('plain');
    expect(rows(explanation)).toEqual([
      'host yes spec.dataFrom[0] - certain',
      'login yes spec.data[1] - certain',
      'password yes spec.data[0] - certain',
      'user yes spec.dataFrom[0] - certain',
    ]);
    expect(explanation.keys[1]?.sources[0]).toMatchObject({
      from: 'SecretStore/fake',
      takes: 'value',
      key: 'json',
      property: 'user',
    });
    expect(explanation.target).toMatchObject({ name: 'plain', seen: 'found', owner: 'ExternalSecret/plain', isOurs: true });
    expect(explanation.stores).toEqual([
      { store: 'SecretStore/fake', seen: 'found', provider: 'fake', ready: 'True', message: 'store validated' },
    ]);
  });

  test('the template that made each key, and the items that it reads', async () => {
    await room.client.create(configMaps, { metadata: { name: 'texts', namespace: 'web' }, data: { conf: 'u={{ .login }}' } });
    await room.external('templated', {
      data: [
        { secretKey: 'password', remoteRef: { key: 'db' } },
        { secretKey: 'login', remoteRef: { key: 'json', property: 'user' } },
        { secretKey: 'word', remoteRef: { key: 'word' } },
      ],
      target: {
        template: {
          data: { url: 'pg://{{ .login }}:{{ .password }}@db' },
          templateFrom: [{ literal: 'port: "5432"\n{{ .word }}: x' }, { configMap: { name: 'texts', items: [{ key: 'conf' }] } }],
        },
      },
    });
    await room.ready('templated', 'True');
    expect(rows(await explained('templated'))).toEqual([
      'conf yes spec.data[0]+spec.data[1]+spec.data[2] spec.target.template.templateFrom[1].configMap "texts" key conf perhaps',
      'port yes spec.data[2] spec.target.template.templateFrom[0].literal certain',
      'sales yes spec.data[2] spec.target.template.templateFrom[0].literal certain',
      'url yes spec.data[0]+spec.data[1] spec.target.template.data.url certain',
    ]);
  });

  test('keys of others, with who wrote them', async () => {
    const metadata = { name: 'shared', namespace: 'web' };
    await room.client.create(secrets, { metadata, data: { theirs: 'aHVudGVyNQ==' } }, { fieldManager: 'helm' });
    await room.external('shared', { data: [{ secretKey: 'ours', remoteRef: { key: 'db' } }], target: { creationPolicy: 'Merge' } });
    await room.ready('shared', 'True');
    const { keys, target } = await explained('shared');
    expect(keys.map(({ key, isForeign, otherManagers }) => [key, isForeign, otherManagers])).toEqual([
      ['ours', false, []],
      ['theirs', true, ['helm']],
    ]);
    expect(target).toMatchObject({ isOurs: false, creationPolicy: 'Merge' });
    expect(target).not.toHaveProperty('owner');
    const { out } = await room.signet('external', 'explain', 'shared', '-n', 'web');
    expect(out).toContain('written by helm');
    expect(out).not.toContain('hunter');
  });

  test('an object that cannot be fetched: the cause, the store that is not there, and what would be made', async () => {
    await room.external('lost', { secretStoreRef: { name: 'gone' }, data: [{ secretKey: 'a', remoteRef: { key: 'db' } }] });
    await room.ready('lost', 'False');
    const { out } = await room.signet('external', 'explain', 'lost', '-n', 'web');
    expect(out).toMatch(/^store +SecretStore\/gone +does not exist$/m);
    expect(out).toMatch(/^Ready +False +SecretSyncedError: /m);
    expect(out).toMatch(/^a +no +spec\.data\[0\] +SecretStore\/gone +db +-$/m);
  });

  test('without the right to read Secrets and stores: what the ExternalSecret says, and that no more could be seen', async () => {
    await room.external('hidden', { data: [{ secretKey: 'a', remoteRef: { key: 'db' } }] });
    await room.ready('hidden', 'True');
    room.sandbox.intercept(({ path, userAgent }) =>
      userAgent.startsWith('signet') && /\/(?:secrets|secretstores)\//.test(path)
        ? { status: 403, reason: 'Forbidden' }
        : undefined,
    );
    try {
      const { code, out } = await room.signet('external', 'explain', 'hidden', '-n', 'web');
      expect(code).toBe(0);
      expect(out).toMatch(/^target +Secret hidden .*may not be read with these credentials$/m);
      expect(out).toMatch(/^store +SecretStore\/fake +may not be read with these credentials$/m);
      expect(out).toMatch(/^a +\? +spec\.data\[0\] +SecretStore\/fake +db +-$/m);
    } finally {
      room.sandbox.intercept();
    }
  });

  test.each(['explain app', 'sync app', 'sync --all'])(
    '%s on a cluster without the kind: exit code 3, and what to install',
    async (command) => {
      room.sandbox.intercept(({ path, userAgent }) =>
        userAgent.startsWith('signet') && path.includes('/externalsecrets') ? { status: 404, reason: 'NotFound' } : undefined,
      );
      try {
        const { code, said } = await room.signet('external', ...command.split(' '), '-n', 'web');
        expect(code).toBe(3);
        expect(said).toContain('SIGNET_CLI_EXTERNAL_NOT_SERVED');
      } finally {
        room.sandbox.intercept();
      }
    },
  );
});
