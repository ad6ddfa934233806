import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNotFound, namespaces } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../scripts/run-step.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import { succeed } from '../node/command.ts';
import { release, useCluster } from './cluster.ts';

const cluster = useCluster();
let shellPath: string;

/** Runs a line as a person would type it, in the folder of the test's files. */
const shell = (line: string): Promise<string> =>
  succeed('/bin/sh', ['-ec', line], {
    cwd: cluster().home,
    env: { PATH: shellPath, HOME: cluster().home, KUBECONFIG: cluster().kubeconfig },
  });

beforeAll(async () => {
  const folder = join(cluster().home, 'path');
  await mkdir(folder);
  for (const name of ['signet', 'kubeseal']) {
    const program = join(cluster().home, 'cli', 'bin', `${name}.js`);
    await writeFile(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  const { kubectl } = await obtainTools();
  shellPath = [folder, dirname(kubectl), process.env['PATH']].join(':');
});

describe('the notes that Helm prints after the installation', () => {
  test('every command works as it stands', async () => {
    const notes = await cluster().run('helm', ['get', 'notes', release.name, '-n', release.namespace]);
    const commands = notes.split('\n').flatMap((line) => /^ {2}(\S.*)$/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const line of commands) await shell(line);
    expect(await cluster().data('default', 'example')).toEqual({ key: 'value' });
    expect(await shell('grep -c tls.key: keys-keep-this-safe.yaml')).toMatch(/^1\b/);
  });
});

describe('examples/', () => {
  const secret = (namespace: string, name: string): Promise<Record<string, string> | undefined> => cluster().data(namespace, name);

  test('plain: sealed as a whole and applied, every Secret is what the plain manifest says', async () => {
    await shell(`signet seal --cert pub.pem '${root}/examples/plain' > sealed-examples.yaml`);
    await shell('kubectl apply -f sealed-examples.yaml');
    const list = await shell(
      "kubectl get sealedsecrets -A -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}'",
    );
    expect(
      list
        .trim()
        .split(' ')
        .filter((key) => !key.startsWith('default/')),
    ).toEqual([
      'billing/invoice-signing',
      'billing/payment-api',
      'billing/telemetry-token',
      'shop/database',
      'shop/mailer',
      'shop/registry',
      'shop/session-keys',
    ]);
    await shell('kubectl wait --for=condition=Synced --timeout=30s sealedsecrets --all -n shop');
    await shell('kubectl wait --for=condition=Synced --timeout=30s sealedsecrets --all -n billing');
    expect(await secret('shop', 'database')).toEqual({ username: 'example-user', password: 'example-only-not-a-secret' });
    expect(await secret('shop', 'session-keys')).toEqual({ current: 'example-session-key-2', previous: 'example-session-key-1' });
    expect(await secret('shop', 'mailer')).toEqual({ 'smtp-password': '0777' });
    expect(await secret('billing', 'telemetry-token')).toEqual({ token: 'example-telemetry-token' });
    expect(await secret('billing', 'payment-api')).toEqual({ key: 'example-payment-key' });
    expect(await secret('billing', 'invoice-signing')).toEqual({
      passphrase: 'example passphrase, with "quotes" and a colon: here',
      motto: 'two lines\n--- this one does not end the document\n',
    });
    expect((await cluster().secret('billing', 'invoice-signing'))?.immutable).toBe(true);
    expect((await cluster().secret('shop', 'registry'))?.type).toBe('kubernetes.io/dockerconfigjson');
    expect((await cluster().secret('shop', 'database'))?.metadata.labels).toEqual({ app: 'shop' });
  });

  test('refused: sealed strictly, marked cluster-wide by hand; the status names the scope it was sealed for', async () => {
    await shell(`signet seal --cert pub.pem '${root}/examples/refused' > wrong-scope.yaml`);
    await shell(
      'kubectl annotate --local -f wrong-scope.yaml sealedsecrets.bitnami.com/cluster-wide=true -o yaml | kubectl apply -f -',
    );
    const condition = await cluster().synced('shop', 'wrong-scope', 'False');
    expect(condition.message).toContain('no key could decrypt secret');
    expect(condition.message).toContain('strict');
    expect(await cluster().secret('shop', 'wrong-scope')).toBeUndefined();
  });

  test('sealed for a namespace that goes away: it ends, and nothing hangs', async () => {
    await shell('kubectl delete namespace billing --timeout=60s');
    const gone = await cluster()
      .plane.admin.get(namespaces, { name: 'billing' })
      .then(() => false, isNotFound);
    expect(gone).toBe(true);
  });
});
