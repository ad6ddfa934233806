import type { Answer } from '@signet/provider/http';
import { testRoom } from '@signet/provider/testing';
import { expect, test } from 'vitest';
import { Connection } from '../connection.ts';
import { readVault } from '../config.ts';
import { gcpLogin } from './gcp.ts';
import type { OutsideCall } from './outside.ts';

const calm = new AbortController().signal;

// Source: Google's documentation of Workload Identity Federation for GKE and of IAM Credentials `signJwt`. There is no such service to test
// against: this holds what is sent to the documented shapes.
test('workload identity: the token of a ServiceAccount is exchanged, and the Google account signs the login', async () => {
  const room = testRoom();
  room.credentials.setServiceAccount('default', 'app', { 'iam.gke.io/gcp-service-account': 'app@p.iam.gserviceaccount.com' });
  room.credentials.makeToken = (_, audiences) => ({ token: `for ${audiences.join()}`, expiresAt: 0 });
  const calls: { readonly url: string; readonly body: Record<string, unknown>; readonly bearer: string | undefined }[] = [];
  const answers: readonly object[] = [{ access_token: 'federated' }, { signedJwt: 'signed' }];
  const outside = async ({ url, body, headers }: OutsideCall): Promise<Answer> => {
    calls.push({ url, body: JSON.parse(String(body)) as Record<string, unknown>, bearer: headers?.['authorization'] });
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(answers[calls.length - 1])) };
  };
  const reading = readVault({ server: 'http://127.0.0.1:1' }, room.store);
  if (!('config' in reading)) throw new Error('the configuration is sound');
  const connection = new Connection(reading.config, room, calm);
  const workloadIdentity = {
    serviceAccountRef: { name: 'app', audiences: [] },
    clusterLocation: 'europe-west1',
    clusterName: 'prod',
    clusterProjectID: 'p',
  };
  const tools = { room, connection, namespace: undefined, outside, signal: calm };
  const login = await gcpLogin({ path: 'gcp', role: 'reader', workloadIdentity }, tools);

  expect(login).toEqual({ path: 'auth/gcp/login', body: { role: 'reader', jwt: 'signed' } });
  expect(calls.map(({ url, bearer }) => [url, bearer])).toEqual([
    ['https://securetoken.googleapis.com/v1/identitybindingtoken', undefined],
    [
      'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/app%40p.iam.gserviceaccount.com:signJwt',
      'Bearer federated',
    ],
  ]);
  expect(calls[0]?.body).toMatchObject({
    audience: 'identitynamespace:p.svc.id.goog:https://container.googleapis.com/v1/projects/p/locations/europe-west1/clusters/prod',
    subject_token: 'for p.svc.id.goog',
  });
  const payload = JSON.parse(String(calls[1]?.body['payload'])) as Record<string, number | string>;
  expect(payload).toMatchObject({ sub: 'app@p.iam.gserviceaccount.com', aud: 'vault/reader' });
  expect(Number(payload['exp']) - Number(payload['iat'])).toBe(600);
});
