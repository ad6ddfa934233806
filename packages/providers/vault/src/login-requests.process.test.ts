import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { testRoom } from '@signet/provider/testing';
import { describe, expect, test } from 'vitest';
import { vault } from './provider.ts';
import { textIn } from './testing/bao-stage.ts';
import { startVaultDouble } from './testing/vault-double.ts';

// These auth methods are not in OpenBao. The server here is a double that checks what the documentation of Vault's methods asks for.

const secretRef = (name: string): object => ({ name, key: 'value' });

/** A server for one test that answers everything with one text. */
async function startTeller(tell: (request: IncomingMessage) => string): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((request, response) => void response.end(tell(request))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('external acceptance 40: ldap (a double of Vault)', () => {
  test('the name is in the path, escaped, and the password in the body', async () => {
    await using server = await startVaultDouble({ accepts: ({ body }) => body['password'] === 'open sesame' });
    const room = testRoom();
    room.credentials.setSecret('default', 'ann', { value: 'open sesame\n' });
    const auth = { ldap: { path: 'corp/ldap', username: 'ann@example.com', secretRef: secretRef('ann') } };
    const store = vault.configure({ server: server.url, path: 'secret', auth }, room.store).open(room);
    expect(await textIn(store, 'db', 'password')).toBe('hunter2');
    await store.close();
    expect(server.logins).toEqual([{ path: 'corp/ldap/login/ann%40example.com', body: { password: 'open sesame' } }]);
  });
});

describe('external acceptance 40: gcp (doubles of Vault and of Google)', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

  /** What Vault looks at in a login of an `iam` role: the signature by a key of the account, audience, and a life of 15 minutes at most. */
  const isSigned = (jwt: string, now: number): boolean => {
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
    const { aud, sub, exp } = read(claims);
    const good = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      createPublicKey(publicKey),
      Buffer.from(signature, 'base64url'),
    );
    const lifeSeconds = Number(exp) - now / 1000;
    const isOfKey = read(head)['kid'] === 'key-1' && sub === 'app@project.iam.gserviceaccount.com';
    return good && isOfKey && aud === 'vault/app' && lifeSeconds > 0 && lifeSeconds <= 900;
  };

  test('a token that the key of a service account signed', async () => {
    const room = testRoom();
    const key = { client_email: 'app@project.iam.gserviceaccount.com', private_key: privateKey, private_key_id: 'key-1' };
    room.credentials.setSecret('default', 'key', { value: JSON.stringify(key) });
    await using server = await startVaultDouble({
      accepts: ({ path, body }) =>
        path === 'gcp/login' && body['role'] === 'app' && isSigned(String(body['jwt']), room.clock.now()),
    });
    const auth = { gcp: { role: 'app', secretRef: { secretAccessKeySecretRef: secretRef('key') } } };
    const store = vault.configure({ server: server.url, path: 'secret', auth }, room.store).open(room);
    expect(await textIn(store, 'db', 'password')).toBe('hunter2');
    await store.close();
  });

  test('promise 9: a key that is none is named and not shown', async () => {
    const room = testRoom();
    room.credentials.setSecret('default', 'key', { value: '{"private_key":"canary-key"}' });
    await using server = await startVaultDouble({});
    const auth = { gcp: { role: 'app', secretRef: { secretAccessKeySecretRef: secretRef('key') } } };
    const store = vault.configure({ server: server.url, path: 'secret', auth }, room.store).open(room);
    const seen = await textIn(store, 'db').catch((error: unknown) => error);
    expect(seen).toMatchObject({ code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING' });
    expect(inspect(seen, { depth: 6, showHidden: true })).not.toContain('canary');
    await store.close();
  });

  test('the identity token of the machine, for the audience of the role', async () => {
    const asked: string[] = [];
    await using metadata = await startTeller(({ url, headers }) => {
      asked.push(`${String(headers['metadata-flavor'])} ${url}`);
      return 'head.claims.signature\n';
    });
    await using server = await startVaultDouble({ accepts: ({ body }) => body['jwt'] === 'head.claims.signature' });
    const room = testRoom({ env: { GCE_METADATA_HOST: metadata.host } });
    const store = vault.configure({ server: server.url, path: 'secret', auth: { gcp: { role: 'app' } } }, room.store).open(room);
    expect(await textIn(store, 'db', 'password')).toBe('hunter2');
    await store.close();
    expect(asked).toEqual([
      'Google /computeMetadata/v1/instance/service-accounts/default/identity?audience=http%3A%2F%2Fvault%2Fapp&format=full',
    ]);
  });
});

describe('external acceptance 40: iam with the identity of the controller (doubles of Vault and of the pod identity agent)', () => {
  test('pod identity gives the keys, and the environment is not touched', async () => {
    const before = JSON.stringify(process.env);
    await using agent = await startTeller(({ headers }) =>
      JSON.stringify({ AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 'secret', Token: `session of ${headers.authorization}` }),
    );
    await using server = await startVaultDouble({});
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${agent.host}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod',
    };
    const room = testRoom({ env });
    const auth = { iam: { vaultRole: 'app', region: 'eu-west-1', vaultAwsIamServerID: 'vault.example.com' } };
    const store = vault.configure({ server: server.url, path: 'secret', auth }, room.store).open(room);
    expect(await textIn(store, 'db', 'password')).toBe('hunter2');
    await store.close();
    const [login] = server.logins;
    const text = (field: string): string => Buffer.from(String(login?.body[field]), 'base64').toString('utf8');
    expect([login?.path, login?.body['role'], login?.body['iam_http_request_method']]).toEqual(['aws/login', 'app', 'POST']);
    expect([text('iam_request_url'), text('iam_request_body')]).toEqual([
      'https://sts.eu-west-1.amazonaws.com/',
      'Action=GetCallerIdentity&Version=2011-06-15',
    ]);
    const headers = JSON.parse(text('iam_request_headers')) as Record<string, readonly string[]>;
    expect(headers).toMatchObject({
      Host: ['sts.eu-west-1.amazonaws.com'],
      'X-Vault-Aws-Iam-Server-Id': ['vault.example.com'],
      'X-Amz-Security-Token': ['session of pod'],
    });
    expect(headers['Authorization']?.[0]).toContain(
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-vault-aws-iam-server-id,',
    );
    expect(JSON.stringify(process.env) === before).toBe(true);
  });

  test('no identity at all is said', async () => {
    await using server = await startVaultDouble({});
    const room = testRoom();
    const store = vault
      .configure({ server: server.url, path: 'secret', auth: { iam: { vaultRole: 'app' } } }, room.store)
      .open(room);
    await expect(textIn(store, 'db')).rejects.toThrow('AWS identity of the controller: its environment has neither');
    await store.close();
  });
});

describe('answers of Vault that OpenBao does not give', () => {
  const auth = { ldap: { username: 'ann', secretRef: secretRef('ann') } };
  const room = testRoom();
  room.credentials.setSecret('default', 'ann', { value: 'open sesame' });

  const rows = [
    ['a 404 of something that is not Vault says nothing of a secret', 404, '<html>404</html>', 'BAD_ANSWER', 'HTTP 404 whose body'],
    ['a node that has not caught up', 412, '{"errors":[]}', 'UNAVAILABLE', 'has not caught up'],
    ['a standby node', 473, '', 'UNAVAILABLE', 'standby'],
    ['a node that redirects: no credentials go elsewhere', 307, '', 'UNAVAILABLE', 'redirects'],
    ['a sealed server', 503, '{"errors":["Vault is sealed"]}', 'UNAVAILABLE', 'sealed'],
    ['a server in trouble', 500, '{"errors":["internal error"]}', 'UNAVAILABLE', 'HTTP 500'],
    ['a quota', 429, '{"errors":["rate limit quota exceeded"]}', 'THROTTLED', 'HTTP 429'],
    ['an answer that is no JSON', 200, 'hunter2', 'BAD_ANSWER', 'HTTP 200 whose body'],
    ['an answer without data', 200, '{}', 'BAD_ANSWER', 'key-value engine'],
    ['data of a version v1 engine', 200, '{"data":{"data":"hunter2"}}', 'INVALID_CONFIG', 'version v2'],
    ['a deleted version, as older servers say it', 200, '{"data":{"data":null}}', 'NOT_FOUND', 'was deleted'],
  ] as const;

  test.each(rows)('%s', async (_, status, body, code, words) => {
    await using server = await startVaultDouble({ instead: { status, body } });
    const store = vault.configure({ server: server.url, path: 'secret', auth }, room.store).open(room);
    const seen = await textIn(store, 'db').catch((error: unknown) => error);
    await store.close();
    expect(seen).toMatchObject({ code: `SIGNET_PROVIDER_${code}`, message: expect.stringContaining(words) as string });
    expect(String(seen)).not.toContain('hunter2');
  });

  test('readYourWrites and forwardInconsistent: a read tells how far the server has to be, and to ask the active node', async () => {
    await using server = await startVaultDouble({ headers: { 'x-vault-index': 'state-7' } });
    const config = {
      server: server.url,
      path: 'secret',
      auth,
      forwardInconsistent: true,
      namespace: 'team',
      headers: { 'X-Team': 'web' },
    };
    const store = vault.configure(config, room.store).open(room);
    await textIn(store, 'db');
    await store.close();
    expect(server.reads[0]?.headers).toMatchObject({
      'x-vault-index': 'state-7',
      'x-vault-inconsistent': 'forward-active-node',
      'x-vault-namespace': 'team',
      'x-team': 'web',
    });
  });
});
