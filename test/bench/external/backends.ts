import type { KubeObject } from '@signet/kube/client';
import { startMoto } from '../../harness/moto.ts';
import { startOpenBao } from '../../harness/openbao.ts';
import { eachOf } from '../settle/stage.ts';

/** One store of the benchmark, before it is made an object. */
export interface StoreSpec {
  readonly name: string;
  readonly provider: object;
  /** Of `remoteRef`; undefined: the value is the whole secret. */
  readonly property: string | undefined;
}

/** Real servers with the secrets of all stores, and what a controller needs to use them. */
export interface Backends extends AsyncDisposable {
  readonly stores: readonly StoreSpec[];
  /** Credentials that the stores refer to. */
  readonly secrets: readonly KubeObject[];
  /** Of the controller: where the services of AWS are. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where credentials are. */
const storeNamespace = 'kube-system';
const openBaoStores = ['vault-0', 'vault-1', 'vault-2', 'vault-3'];
const awsStores = ['aws-0', 'aws-1', 'aws-2'];
const fakeStores = ['fake-0', 'fake-1', 'fake-2'];
/** All stores; objects go to them in turn. */
export const storeNames: readonly string[] = [...openBaoStores, ...awsStores, ...fakeStores];

/** The name of a secret; each store has its own. */
export function keyOf(store: string, index: number): string {
  return `${store}-key-${index}`;
}

/** Starts OpenBao and moto and puts `keys` secrets of 32 random bytes into each store. */
export async function startBackends(keys: number): Promise<Backends> {
  await using started = new AsyncDisposableStack();
  const [bao, moto] = await Promise.all([startOpenBao(), startMoto()]);
  started.use(bao);
  started.use(moto);
  const indices = Array.from({ length: keys }, (_, index) => index);

  const { admin } = bao;
  await admin.policy('reader', { 'secret/data/*': ['read'] });
  const roles: { readonly roleId: string; readonly secretId: string }[] = [];
  for (const name of openBaoStores) {
    await admin.auth(name, 'approle');
    await admin.call('POST', `auth/${name}/role/reader`, { token_policies: ['reader'], token_ttl: '1h' });
    const { data } = await admin.call('GET', `auth/${name}/role/reader/role-id`);
    const made = await admin.call('POST', `auth/${name}/role/reader/secret-id`);
    roles.push({ roleId: String(data?.['role_id']), secretId: String(made.data?.['secret_id']) });
  }
  const ofBao = openBaoStores.flatMap((store) => indices.map((index) => keyOf(store, index)));
  // moto's own tables take one writer at a time.
  await warmUp(moto.url);
  await Promise.all([
    eachOf(ofBao, 4, async (key) => admin.put('secret', key, { value: randomText() })),
    eachOf(
      awsStores.flatMap((store) => indices.map((index) => keyOf(store, index))),
      1,
      async (key) => createSecret(moto.url, key),
    ),
  ]);

  const stores: StoreSpec[] = [
    ...openBaoStores.map((name, index) => ({
      name,
      property: 'value',
      provider: {
        vault: {
          server: bao.url,
          path: 'secret',
          auth: { appRole: { path: name, roleId: roles[index]?.roleId, secretRef: secretRef('approle', name) } },
        },
      },
    })),
    ...awsStores.map((name) => ({
      name,
      property: undefined,
      provider: {
        aws: {
          service: 'SecretsManager',
          region: 'eu-central-1',
          role: `arn:aws:iam::123456789012:role/${name}`,
          auth: {
            secretRef: { accessKeyIDSecretRef: secretRef('aws', 'id'), secretAccessKeySecretRef: secretRef('aws', 'secret') },
          },
        },
      },
    })),
    ...fakeStores.map((name) => ({
      name,
      property: undefined,
      provider: { fake: { data: indices.map((index) => ({ key: keyOf(name, index), value: randomText() })) } },
    })),
  ];
  const owned = started.move();
  return {
    stores,
    secrets: [
      secretOf('approle', Object.fromEntries(openBaoStores.map((name, index) => [name, roles[index]?.secretId ?? '']))),
      secretOf('aws', { id: 'AKIAIOSFODNN7EXAMPLE', secret: randomText() }),
    ],
    env: { AWS_SECRETSMANAGER_ENDPOINT: moto.url, AWS_STS_ENDPOINT: moto.url },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}

const secretRef = (name: string, key: string): object => ({ namespace: storeNamespace, name, key });

function secretOf(name: string, stringData: Readonly<Record<string, string>>): KubeObject {
  return { metadata: { namespace: storeNamespace, name }, stringData };
}

/** 32 random bytes as 44 characters. */
function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
}

/** moto checks no signature; it finds the service in the scope of one. */
const authorizationFor = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=admin/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

async function ask(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`moto answered with ${answer.status}`);
}

/** moto loads a service at its first call, and fails when there are several of those at once. */
async function warmUp(url: string): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: authorizationFor('sts') };
  await ask(url, headers, 'Action=GetCallerIdentity&Version=2011-06-15');
}

async function createSecret(url: string, name: string): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.CreateSecret',
    authorization: authorizationFor('secretsmanager'),
  };
  await ask(url, headers, JSON.stringify({ Name: name, SecretString: randomText() }));
}
