import { dirname, join } from 'node:path';
import { sealedSecretCrd } from '@signet/api';
import type { RunningController } from '@signet/controller';
import { parseConfig, startController } from '@signet/controller';
import type { Client } from '@signet/kube/client';
import { createClient, silentLogger } from '@signet/kube/client';
import { loadConnection } from '@signet/kube/kubeconfig';
import { readCertificate, seal } from '@signet/sealing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kubectl } from '../../kubectl/kubectl.ts';
import { eventually, servers, startKubectl } from '../../kubectl/kubectl.ts';

// What people see of a SealedSecret through kubectl: the same on the sandbox and on a real API server.
describe.each(servers)('kubectl and SealedSecrets on the %s', (server) => {
  let kubectl: Kubectl;
  let client: Client;
  let controller: RunningController;
  let file: string;

  const quick = ['--key-size=2048', '--leader-elect=false', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0'];

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    file = await kubectl.file('crd.yaml', JSON.stringify(sealedSecretCrd()));
    await kubectl.ok(['create', '-f', file]);
    await kubectl.ok(['wait', '--for=condition=Established', 'crd/sealedsecrets.bitnami.com', '--timeout=20s']);
    client = createClient(await loadConnection({ kubeconfig: join(dirname(file), 'kubeconfig'), env: {} }));
    controller = await startController(parseConfig(quick, { POD_NAMESPACE: 'kube-system' }), { client, logger: silentLogger });
    await controller.ready();
  });
  afterAll(async () => {
    await controller.stop();
    await client.close();
    await kubectl.stop();
  });

  async function manifest(name: string, values: Record<string, string>, sealedFor = name): Promise<string> {
    const certificate = readCertificate(await (await fetch(`${controller.url}/v1/cert.pem`)).text());
    const binding = { scope: 'strict', namespace: 'default', name: sealedFor } as const;
    const encryptedData: Record<string, string> = {};
    for (const [key, value] of Object.entries(values)) encryptedData[key] = await seal(Buffer.from(value), certificate, binding);
    const metadata = { name, namespace: 'default' };
    return JSON.stringify({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData } });
  }
  const apply = async (input: string, ...flags: string[]): Promise<string> => kubectl.ok(['apply', ...flags, '-f', '-'], { input });
  const wait = (name: string, condition: string): Promise<string> =>
    kubectl.ok(['wait', `--for=condition=${condition}`, `sealedsecret/${name}`, '--timeout=30s']);

  test('wait --for=condition=Synced ends when the Secret is there', async () => {
    await apply(await manifest('waited', { a: '1' }));
    expect(await wait('waited', 'Synced')).toBe('sealedsecret.bitnami.com/waited condition met\n');
    expect(await kubectl.ok(['get', 'secret', 'waited', '-o', 'jsonpath={.data.a}'])).toBe(Buffer.from('1').toString('base64'));
    expect(await wait('waited', 'Ready')).toContain('condition met');
  });

  test('wait --for=condition=Synced=false finds what does not open', async () => {
    await apply(await manifest('stolen', { a: '1' }, 'elsewhere'));
    expect(await wait('stolen', 'Synced=false')).toContain('condition met');
  });

  test('get shows what is wrong, whether it is in sync, and how old it is', async () => {
    await apply(await manifest('listed', { a: '1' }));
    await wait('listed', 'Synced');
    await apply(await manifest('listed-wrong', { a: '1' }, 'elsewhere'));
    await wait('listed-wrong', 'Synced=false');
    const [head = '', ...rows] = (await kubectl.ok(['get', 'sealedsecrets'])).trimEnd().split('\n');
    expect(head.split(/\s{2,}/)).toEqual(['NAME', 'STATUS', 'SYNCED', 'AGE']);
    const starts = ['NAME', 'STATUS', 'SYNCED', 'AGE'].map((title) => head.indexOf(title));
    const cells = (row: string): string[] => starts.map((start, at) => row.slice(start, starts[at + 1]).trim());
    const row = (name: string): string[] | undefined => rows.map(cells).find(([first]) => first === name);
    expect(row('listed')).toEqual(['listed', '', 'True', expect.stringMatching(/^\d+s$/)]);
    expect(row('listed-wrong')?.slice(1, 3)).toEqual([expect.stringContaining('no key could decrypt secret (a)'), 'False']);
  });

  test('describe shows the conditions and the events', async () => {
    await apply(await manifest('described', { a: '1' }));
    await wait('described', 'Synced');
    const text = await eventually(
      () => kubectl.ok(['describe', 'sealedsecret', 'described']),
      (sight) => sight.includes('Unsealed  '),
    );
    expect(text).toMatch(/^Kind:\s+SealedSecret$/m);
    expect(text).toMatch(/^\s+Type:\s+Synced$/m);
    expect(text).toMatch(/^\s+Observed Generation:\s+1$/m);
    expect(text).toMatch(/^\s+Normal\s+Unsealed\s.*SealedSecret unsealed successfully$/m);
  });

  test('apply --server-side: the controller takes no field from people, and people none from each other unseen', async () => {
    const [one, two] = [await manifest('owned', { a: '1' }), await manifest('owned', { a: '2' })];
    await apply(one, '--server-side', '--field-manager=gitops');
    await wait('owned', 'Synced');
    expect(await apply(two, '--server-side', '--field-manager=gitops')).toContain('serverside-applied');
    await eventually(
      () => kubectl.ok(['get', 'secret', 'owned', '-o', 'jsonpath={.data.a}']),
      (sight) => sight === Buffer.from('2').toString('base64'),
    );
    const refused = await kubectl.run(['apply', '--server-side', '--field-manager=other', '-f', '-'], { input: one });
    expect(refused.stderr).toContain('conflict with "gitops": .spec.encryptedData');
    const managers = 'jsonpath={range .metadata.managedFields[*]}{.manager}/{.operation}/{.subresource} {end}';
    const all = await kubectl.ok(['get', 'sealedsecret', 'owned', '--show-managed-fields', '-o', managers]);
    expect(all.trim().split(' ')[0]).toBe('gitops/Apply/');
    expect(
      all
        .trim()
        .split(' ')
        .slice(1)
        .every((entry) => entry.endsWith('/Update/status')),
    ).toBe(true);
  });

  test('diff is silent about the status, and shows a change', async () => {
    const input = await manifest('compared', { a: '1' });
    await apply(input);
    await wait('compared', 'Synced');
    expect(await kubectl.run(['diff', '-f', '-'], { input })).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout } = await kubectl.run(['diff', '-f', '-'], { input: await manifest('compared', { b: '1' }) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^-\s+a: A/m);
    expect(stdout).toMatch(/^\+\s+b: A/m);
  });

  test('explain tells what each field is', async () => {
    const spec = await kubectl.ok(['explain', 'sealedsecret.spec']);
    expect(spec).toMatch(/^KIND:\s+SealedSecret$/m);
    expect(spec).toMatch(/^\s+encryptedData\s+<Object> -required-$/m);
    expect(spec).toContain('Sealed items by the key they get in the Secret, each base64.');
    expect(await kubectl.ok(['explain', 'sealedsecret.spec.template.immutable'])).toMatch(/immutable <boolean>/);
    expect(await kubectl.ok(['explain', 'sealedsecret', '--recursive'])).toMatch(/conditions\s+<\[\]Object>/);
  });

  test('delete takes the object away at once: no finalizer holds it', async () => {
    await apply(await manifest('deleted', { a: '1' }));
    await wait('deleted', 'Synced');
    await kubectl.ok(['delete', 'sealedsecret', 'deleted', '--timeout=10s']);
    expect((await kubectl.run(['get', 'sealedsecret', 'deleted'])).stderr).toContain('NotFound');
  });
});
