import { createClient, secrets } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';
import { account, install, Scene } from './scene.ts';

const plane = useControlPlane({ controllerManager: false });

describe('credentials that change under a running controller', () => {
  test('token expired: the controller stays, and goes on with the next token in the file', async () => {
    await install(plane().admin);
    // Expired already, but within the API server's leeway of a minute: accepted for 12 s more.
    const token = await plane().tokenUntil({ ...account, notAfter: new Date(Date.now() - 48_000) });
    await using scene = await Scene.on(plane(), { token });
    const client = createClient(plane().connectionWith(token), { retries: 0 });
    await until('the first token is refused', async () => isRefused(client.get(secrets, { namespace: 'default', name: 'any' })));
    await client.close();
    await scene.write('db', { password: 'written while nobody could come in' });
    await until('the controller notices', () => scene.controller.logs().includes('SIGNET_KUBE_API_UNAUTHORIZED'));
    expect(scene.controller.ending, scene.controller.logs(40)).toBeUndefined();
    await scene.replaceFile('token', await plane().tokenFor(account));
    await scene.settles();
    await scene.holds();
  });

  test('certificate authority of the API server replaced: locked out until the file is, then settles', async () => {
    await using scene = await Scene.on(plane());
    await plane().rotateAuthority();
    await scene.write('db', { password: 'behind another certificate' });
    await until('the controller refuses the stranger', () => scene.controller.logs().includes('SIGNET_KUBE_UNTRUSTED'));
    expect(scene.controller.ending, scene.controller.logs(40)).toBeUndefined();
    await scene.replaceFile('ca.crt', plane().ca);
    await scene.settles();
    await scene.holds();
  });
});

async function isRefused(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return false;
  } catch (error) {
    return (error as { readonly status?: number }).status === 401;
  }
}
