import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startFaultProxy, testRoom } from '@signet/provider/testing';
import type { FaultProxy, TestRoom, TestRoomOptions, World } from '@signet/provider/testing';
import type { Service } from '../config.ts';
import { aws } from '../provider.ts';
import { Gate } from './gate.ts';

/** A role that every world's store assumes. */
export const role = 'arn:aws:iam::123456789012:role/reader';

/** moto behind a gate behind a fault proxy, and a store that goes that way. */
export interface AwsWorld extends World {
  readonly room: TestRoom;
  readonly proxy: FaultProxy;
  readonly gate: Gate;
  readonly secretsManager: SecretsManagerClient;
  readonly systemsManager: SSMClient;
  /** Of a store with an access key and a role; add to it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a test wants otherwise than usual. */
export interface AwsWorldOptions {
  readonly service: Service;
  /** moto's address. */
  readonly target: string;
  readonly room?: TestRoomOptions;
}

/** Makes a world on a moto that was reset. */
export async function startAwsWorld({ service, target, room: options = {} }: AwsWorldOptions): Promise<AwsWorld> {
  const gate = await Gate.start(target);
  const proxy = await startFaultProxy({ target: gate.url });
  const endpoints = { AWS_SECRETSMANAGER_ENDPOINT: proxy.url, AWS_SSM_ENDPOINT: proxy.url, AWS_STS_ENDPOINT: proxy.url };
  const room = testRoom({ ...options, env: { ...endpoints, ...options.env } });
  const settings = {
    region: 'eu-central-1',
    endpoint: target,
    credentials: { accessKeyId: 'admin', secretAccessKey: 'admin' },
    maxAttempts: 1,
  };
  const secretsManager = new SecretsManagerClient(settings);
  const systemsManager = new SSMClient(settings);
  let serial = 0;
  const rotateCredentials = async (): Promise<void> => {
    const id = `AKIA${String(++serial).padStart(16, '0')}`;
    gate.accepted = new Set([id]);
    room.credentials.setSecret('default', 'aws', { id: `${id}\n`, secret: `secret-access-key-${serial}` });
  };
  await rotateCredentials();
  const config = {
    service,
    region: 'eu-central-1',
    role,
    auth: {
      secretRef: {
        accessKeyIDSecretRef: { name: 'aws', key: 'id' },
        secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
      },
    },
  };
  const shelf = service === 'SecretsManager' ? secretsOf(secretsManager) : parametersOf(systemsManager);
  return {
    room,
    proxy,
    gate,
    secretsManager,
    systemsManager,
    config,
    open: (opened) => aws.configure(config, opened.store).open(opened),
    ...shelf,
    deny: async (key) => void gate.deniedKeys.add(key),
    rotateCredentials,
    expireLogin: async () => gate.expireSessions(),
    reads: ({ headers }) => headers['x-amz-target'] !== undefined,
    throttle: {
      fault: {
        status: 400,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'retry-after': '7' },
        body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }),
      },
      retryAfterMs: 7000,
    },
    async stop() {
      await proxy.stop();
      await gate.stop();
      secretsManager.destroy();
      systemsManager.destroy();
    },
  };
}

function secretsOf(client: SecretsManagerClient): Pick<World, 'put' | 'remove'> & Required<Pick<World, 'deletedVersion'>> {
  const put: World['put'] = async (key, value) => {
    const content = value instanceof Uint8Array ? { SecretBinary: value } : { SecretString: JSON.stringify(value) };
    try {
      await client.send(new CreateSecretCommand({ Name: key, ...content }));
    } catch (error) {
      if (!(error instanceof ResourceExistsException)) throw error;
      await client.send(new PutSecretValueCommand({ SecretId: key, ...content }));
    }
  };
  return {
    put,
    // Marked for deletion, as everybody's are who deletes one.
    remove: async (key) => void (await client.send(new DeleteSecretCommand({ SecretId: key }))),
    async deletedVersion() {
      await put('versioned', { password: 'new' });
      return { key: 'versioned', version: 'uuid/00000000-0000-4000-8000-000000000000' };
    },
  };
}

function parametersOf(client: SSMClient): Pick<World, 'put' | 'remove'> & Required<Pick<World, 'deletedVersion'>> {
  const put: World['put'] = async (key, value) => {
    const Value = JSON.stringify(value);
    await client.send(new PutParameterCommand({ Name: key, Value, Type: 'SecureString', Tier: 'Advanced', Overwrite: true }));
  };
  return {
    put,
    remove: async (key) => void (await client.send(new DeleteParameterCommand({ Name: key }))),
    async deletedVersion() {
      await put('versioned', { password: 'new' });
      return { key: 'versioned', version: '99' };
    },
  };
}
