import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { retryAfterOf } from '@signet/provider';
import { testRoom } from '@signet/provider/testing';
import { describe, expect, test } from 'vitest';
import { Keys } from './credentials/keys.ts';
import { isOfLogin, Login } from './credentials/login.ts';
import { Service } from './service.ts';
import type { ClientSettings } from './service.ts';
import type { RequestHandler } from './transport.ts';

const never = new AbortController().signal;
type Handled = Parameters<RequestHandler['handle']>[0];
interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A service whose network is a function. */
function serviceOf<C>(
  connect: (settings: ClientSettings) => Promise<C>,
  answer: (request: Handled, serial: number) => Answer,
  options: { readonly region?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const requests: Handled[] = [];
  const handler: RequestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      requests.push(request);
      const { status = 200, headers = {}, body = '{}' } = answer(request, requests.length);
      return { response: { statusCode: status, headers, body: new TextEncoder().encode(body) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  const room = testRoom({ env: options.env ?? {} });
  let logins = 0;
  const login = new Login({
    obtain: async () => new Keys({ accessKeyId: `AKIA${++logins}`, secretAccessKey: 'secret' }),
    clock: room.clock,
    random: () => 0,
    closed: never,
  });
  const region = options.region ?? 'eu-central-1';
  const service = new Service<C>({ provider: 'AWS/Test', region, endpoint: undefined, room, handler, login, connect });
  return { service, requests, room, logins: () => logins };
}

const secretsManager = async (settings: ClientSettings): Promise<SecretsManagerClient> => new SecretsManagerClient(settings);
const systemsManager = async (settings: ClientSettings): Promise<SSMClient> => new SSMClient(settings);
const securityTokens = async (settings: ClientSettings): Promise<STSClient> => new STSClient(settings);
const asked = { call: 'GetSecretValue', key: 'db', signal: never };

function get({ service }: { readonly service: Service<SecretsManagerClient> }): Promise<unknown> {
  return service.call((client, abort) => client.send(new GetSecretValueCommand({ SecretId: 'db' }), abort), asked);
}

const refusal = (code: string, headers: Record<string, string> = {}): Answer => ({
  status: 400,
  headers,
  body: JSON.stringify({ __type: code, Message: 'of hunter2' }),
});

describe('the address is that of the region', () => {
  test.each([
    ['eu-central-1', {}, 'secretsmanager.eu-central-1.amazonaws.com'],
    ['cn-north-1', {}, 'secretsmanager.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', {}, 'secretsmanager.us-gov-west-1.amazonaws.com'],
    ['us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'secretsmanager-fips.us-east-1.amazonaws.com'],
    // This name has addresses of both kinds.
    ['us-east-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'secretsmanager.us-east-1.amazonaws.com'],
  ])('%s %j: %s', async (region, env, host) => {
    const world = serviceOf(secretsManager, () => ({}), { region, env });
    await get(world);
    expect(world.requests.map(({ protocol, hostname }) => `${protocol}//${hostname}`)).toEqual([`https://${host}`]);
  });

  test('of Systems Manager and of STS too', async () => {
    const parameters = serviceOf(systemsManager, () => ({}));
    await parameters.service.call((client, abort) => client.send(new GetParameterCommand({ Name: 'db' }), abort), asked);
    expect(parameters.requests[0]?.hostname).toBe('ssm.eu-central-1.amazonaws.com');
    const both = serviceOf(systemsManager, () => ({}), { env: { AWS_USE_DUALSTACK_ENDPOINT: 'true' } });
    await both.service.call((client, abort) => client.send(new GetParameterCommand({ Name: 'db' }), abort), asked);
    expect(both.requests[0]?.hostname).toBe('ssm.eu-central-1.api.aws');
    const xml = '<GetCallerIdentityResponse><GetCallerIdentityResult></GetCallerIdentityResult></GetCallerIdentityResponse>';
    const sts = serviceOf(securityTokens, () => ({ body: xml, headers: { 'content-type': 'text/xml' } }), { region: 'us-east-1' });
    await sts.service.call((client, abort) => client.send(new GetCallerIdentityCommand({}), abort), asked);
    expect(sts.requests[0]?.hostname).toBe('sts.us-east-1.amazonaws.com');
  });
});

describe('a call', () => {
  test('is made once, whatever the error: trying again is the caller’s business', async () => {
    const world = serviceOf(secretsManager, () => ({ status: 503 }));
    await expect(get(world)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
    expect(world.requests).toHaveLength(1);
  });

  test('is told to the metrics, with its outcome', async () => {
    const world = serviceOf(secretsManager, (_, serial) => (serial === 1 ? {} : refusal('AccessDeniedException')));
    await get(world);
    await get(world).catch(() => {});
    expect(world.room.calls.map(({ provider, call, ok }) => [provider, call, ok])).toEqual([
      ['AWS/Test', 'GetSecretValue', true],
      ['AWS/Test', 'GetSecretValue', false],
    ]);
  });

  test('that is throttled keeps the time that is asked for', async () => {
    const world = serviceOf(secretsManager, () => refusal('ThrottlingException', { 'retry-after': '3' }));
    const error: unknown = await get(world).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SIGNET_PROVIDER_THROTTLED' });
    expect(retryAfterOf(error)).toBe(3000);
  });

  test('is made again with new keys when the old ones ended', async () => {
    const world = serviceOf(secretsManager, (_, serial) => (serial === 1 ? refusal('ExpiredTokenException') : {}));
    await get(world);
    const signers = world.requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers['authorization'] ?? '')?.[1]);
    expect(signers).toEqual(['AKIA1', 'AKIA2']);
  });

  test('whose new keys are refused as well is denied; then nobody renews for half a minute', async () => {
    const world = serviceOf(secretsManager, () => refusal('UnrecognizedClientException'));
    const error: unknown = await get(world).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    expect([isOfLogin(error), world.requests.length, world.logins()]).toEqual([true, 2, 2]);
    await get(world).catch(() => {});
    expect([world.requests.length, world.logins()]).toEqual([3, 2]);
    world.room.clock.jump(30_001);
    await get(world).catch(() => {});
    expect([world.requests.length, world.logins()]).toEqual([5, 3]);
  });

  test('by a clock that is wrong is made again with the time of the answer, without a login', async () => {
    const hourAhead = new Date(Date.now() + 3_600_000);
    const world = serviceOf(secretsManager, (_, serial) =>
      serial === 1 ? refusal('InvalidSignatureException', { date: hourAhead.toUTCString() }) : {},
    );
    await get(world);
    const [first = 0, second = 0] = world.requests.map(({ headers }) => timeOf(headers['x-amz-date'] ?? ''));
    expect((second - first) / 1000).toBeGreaterThan(3_500);
    expect(world.logins()).toBe(1);
  });

  test('promise 9: what AWS says in an error is not passed on', async () => {
    const world = serviceOf(secretsManager, () => refusal('InvalidParameterException'));
    const error: unknown = await get(world).catch((thrown: unknown) => thrown);
    expect(`${String(error)}${JSON.stringify(error)}${String((error as Error).stack)}`).not.toContain('hunter2');
  });
});

/** `20260101T000000Z` in milliseconds since the epoch. */
function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
