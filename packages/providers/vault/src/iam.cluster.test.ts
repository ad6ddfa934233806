import { once } from 'node:events';
import { request } from 'node:http';
import { testRoom } from '@signet/provider/testing';
import type { TestRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import { signed } from './login/aws-signature.ts';
import { vault } from './provider.ts';
import { textIn } from './testing/bao-stage.ts';
import type { SeenLogin, VaultDouble } from './testing/vault-double.ts';
import { startVaultDouble } from './testing/vault-double.ts';

// OpenBao has no AWS auth method. The double does what Vault does with a login: it sends the signed request to STS, here moto, which checks
// the signature with botocore, and looks at who answers.

let moto: Moto;
let keys: { readonly accessKeyId: string; readonly secretAccessKey: string };

/** A call of AWS's query API, by an administrator whose signature nobody checks yet. */
async function aws(service: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams(fields).toString();
  const admin = { accessKeyId: 'admin', secretAccessKey: 'admin' };
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const now = Date.now();
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: signed(admin, { url: moto.url, headers, body, service, region: 'us-east-1', now }),
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`moto: ${text}`);
  return text;
}

const field = (xml: string, name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(xml)?.[1] ?? '';
const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

beforeAll(async () => {
  moto = await startMoto();
  await aws('iam', { Action: 'CreateUser', Version: '2010-05-08', UserName: 'app' });
  const policy = { PolicyName: 'all', PolicyDocument: everything };
  await aws('iam', { Action: 'PutUserPolicy', Version: '2010-05-08', UserName: 'app', ...policy });
  for (const RoleName of ['reader', 'pods']) {
    await aws('iam', { Action: 'CreateRole', Version: '2010-05-08', RoleName, AssumeRolePolicyDocument: trust });
    await aws('iam', { Action: 'PutRolePolicy', Version: '2010-05-08', RoleName, ...policy });
  }
  const made = await aws('iam', { Action: 'CreateAccessKey', Version: '2010-05-08', UserName: 'app' });
  keys = { accessKeyId: field(made, 'AccessKeyId'), secretAccessKey: field(made, 'SecretAccessKey') };
  await moto.checkSignatures();
});
afterAll(async () => moto.stop());

/** Sends the request that a login holds, with its own headers, and tells who STS says it is of. */
async function callerOf({ body }: SeenLogin): Promise<string> {
  const text = (name: string): string => Buffer.from(String(body[name]), 'base64').toString('utf8');
  const lists = JSON.parse(text('iam_request_headers')) as Record<string, readonly string[]>;
  const headers = Object.fromEntries(Object.entries(lists).map(([name, [value = '']]) => [name, value]));
  const sent = request(moto.url, { method: 'POST', headers });
  sent.end(text('iam_request_body'));
  const [answer] = (await once(sent, 'response')) as [AsyncIterable<Uint8Array>];
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return field(Buffer.concat(chunks).toString('utf8'), 'Arn');
}

/** From now on moto lets so many calls pass without a signature, and checks those that follow. */
async function checkSignaturesAfter(calls: number): Promise<void> {
  const answer = await fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: String(calls) });
  await answer.arrayBuffer();
}

/** A Vault that lets in whom STS calls so. */
const vaultFor = (arn: RegExp): Promise<VaultDouble> =>
  startVaultDouble({ accepts: async (login) => arn.test(await callerOf(login)) });

function roomWith(more: Readonly<Record<string, string>> = {}): TestRoom {
  const room = testRoom({ env: { AWS_STS_ENDPOINT: moto.url } });
  room.credentials.setSecret('default', 'aws', { id: keys.accessKeyId, secret: keys.secretAccessKey, ...more });
  return room;
}

const secretRef = {
  accessKeyIDSecretRef: { name: 'aws', key: 'id' },
  secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
};

async function readWith(room: TestRoom, server: VaultDouble, iam: object): Promise<string> {
  const config = { server: server.url, path: 'secret', auth: { iam: { vaultRole: 'app', ...iam } } };
  const store = vault.configure(config, room.store).open(room);
  try {
    return await textIn(store, 'db', 'password');
  } finally {
    await store.close();
  }
}

describe('external acceptance 40: iam (a double of Vault; signatures checked by moto)', () => {
  test.each(['us-east-1', 'eu-west-1'])('keys from a Secret, region %s', async (region) => {
    await using server = await vaultFor(/:user\/app$/);
    expect(await readWith(roomWith(), server, { region, secretRef, vaultAwsIamServerID: 'vault.example.com' })).toBe('hunter2');
  });

  test('another secret key is not let in: the check is a check', async () => {
    await using server = await vaultFor(/:user\/app$/);
    const reading = readWith(roomWith({ secret: 'wrong' }), server, { secretRef });
    await expect(reading).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
  });

  test('a role that is assumed first', async () => {
    await using server = await vaultFor(/:assumed-role\/reader\/external-secrets-provider-vault$/);
    const role = 'arn:aws:iam::123456789012:role/reader';
    expect(await readWith(roomWith(), server, { secretRef, role, externalID: 'x' })).toBe('hunter2');
  });

  test('the role of a ServiceAccount, by web identity', async () => {
    await using server = await vaultFor(/:assumed-role\/pods\/external-secrets-provider-vault$/);
    const room = roomWith();
    // The exchange itself carries no signature; what follows does.
    await checkSignaturesAfter(1);
    room.credentials.setServiceAccount('default', 'app', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/pods' });
    expect(await readWith(room, server, { jwt: { serviceAccountRef: { name: 'app' } } })).toBe('hunter2');
    expect(room.credentials.asked).toEqual(['token default/app']);
  });

  test('a ServiceAccount without role is named', async () => {
    await using server = await vaultFor(/./);
    const room = roomWith();
    room.credentials.setServiceAccount('default', 'app');
    const reading = readWith(room, server, { jwt: { serviceAccountRef: { name: 'app' } } });
    await expect(reading).rejects.toThrow('ServiceAccount app: it has no annotation eks.amazonaws.com/role-arn');
  });

  test('stores with different identities log in at once, each as itself', async () => {
    await using servers = await vaultFor(/:user\/app$/);
    await using others = await vaultFor(/:assumed-role\/reader\//);
    const role = 'arn:aws:iam::123456789012:role/reader';
    const reads = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? readWith(roomWith(), servers, { secretRef }) : readWith(roomWith(), others, { secretRef, role }),
    );
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['hunter2']));
  });
});
