import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { testRoom } from '@signet/provider/testing';
import type { TestRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import { aws } from './provider.ts';

// moto checks signatures with botocore's signer, which is not ours: what it lets pass, AWS lets pass.

let moto: Moto;
const never = new AbortController().signal;
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => moto.stop());
beforeEach(async () => moto.reset());

/** One call to IAM; the answer is XML. */
async function iam(action: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=admin/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`IAM refused ${action}: ${text}`);
  return text;
}

const inner = (xml: string, tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1] ?? '';

/** A secret, a user who may read it, and a role that may too; from then on signatures are checked. */
async function guarded(): Promise<TestRoom> {
  const settings = { region: 'eu-central-1', endpoint: moto.url, credentials: { accessKeyId: 'admin', secretAccessKey: 'admin' } };
  const admin = new SecretsManagerClient(settings);
  await admin.send(new CreateSecretCommand({ Name: 'db/ü', SecretString: 'hunter2' }));
  admin.destroy();
  await iam('CreateUser', { UserName: 'app' });
  await iam('PutUserPolicy', { UserName: 'app', PolicyName: 'all', PolicyDocument: JSON.stringify(everything) });
  await iam('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam('PutRolePolicy', { RoleName: 'reader', PolicyName: 'all', PolicyDocument: JSON.stringify(everything) });
  const key = await iam('CreateAccessKey', { UserName: 'app' });
  const endpoints = { AWS_SECRETSMANAGER_ENDPOINT: moto.url, AWS_STS_ENDPOINT: moto.url };
  const room = testRoom({ env: endpoints });
  room.credentials.setSecret('default', 'aws', { id: inner(key, 'AccessKeyId'), secret: inner(key, 'SecretAccessKey') });
  await moto.checkSignatures();
  return room;
}

async function read(room: TestRoom, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const secretRef = {
    accessKeyIDSecretRef: { name: 'aws', key: 'id' },
    secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
  };
  const config = { service: 'SecretsManager', region: 'eu-central-1', auth: { secretRef }, ...more };
  const store = aws.configure(config, room.store).open(room);
  try {
    const [outcome] = await store.fetch([{ key: 'db/ü' }], never);
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome');
    return new TextDecoder().decode(outcome.value(undefined));
  } finally {
    await store.close();
  }
}

describe('signatures', () => {
  test('of an access key are accepted', async () => {
    expect(await read(await guarded())).toBe('hunter2');
  });

  test('of the session of a role are accepted', async () => {
    expect(await read(await guarded(), { role: 'arn:aws:iam::123456789012:role/reader' })).toBe('hunter2');
  });

  test('with another secret access key are refused, and the refusal shows none of it', async () => {
    const room = await guarded();
    const id = new TextDecoder().decode(await room.credentials.secretKey({ name: 'aws', key: 'id' }, never));
    room.credentials.setSecret('default', 'aws', { id, secret: 'not-the-secret-access-key' });
    const error: unknown = await read(room).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    expect(String(error)).not.toContain('not-the-secret');
  });
});
