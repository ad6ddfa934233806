import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import { widgetCrd } from '../../kubectl/widgets.ts';

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: probe\nversion: 0.1.0\n',
  'values.yaml': 'colour: red\n',
  'crds/widgets.yaml': widgetCrd,
  'templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: {{ .Values.colour }}\n',
  'templates/role.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: reader\nrules:\n  - apiGroups: [""]\n    resources: [secrets]\n    verbs: [get]\n',
};

describe.each(servers)('helm against the %s', (server) => {
  let kubectl: Kubectl;
  let directory: string;
  let kubeconfig: string;

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    kubeconfig = await kubectl.file('for-helm', await kubectl.ok(['config', 'view', '--raw']));
    directory = join(dirname(kubeconfig), 'chart');
    for (const [name, text] of Object.entries(chart)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
  });

  afterAll(() => kubectl.stop());

  async function helm(...args: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig };
    const { stdout } = await promisify(execFile)((await obtainTools()).helm, args, { env });
    return stdout;
  }
  const colour = (): Promise<string> => kubectl.ok(['get', 'configmap', 'settings', '-o', 'jsonpath={.data.colour}']);

  test('installs, upgrades, rolls back and uninstalls; the definition stays', async () => {
    expect(await helm('install', 'probe', directory)).toContain('STATUS: deployed');
    expect(await colour()).toBe('red');
    await helm('upgrade', 'probe', directory, '--set', 'colour=green');
    expect(await colour()).toBe('green');
    expect(await helm('upgrade', 'probe', directory, '--set', 'colour=blue', '--dry-run=server')).toContain('colour: blue');
    await helm('rollback', 'probe', '1');
    expect(await colour()).toBe('red');
    expect(await helm('list', '--short')).toBe('probe\n');
    await helm('uninstall', 'probe');
    expect((await kubectl.run(['get', 'configmap', 'settings'])).code).toBe(1);
    expect(await kubectl.ok(['get', 'crd', 'widgets.example.com', '-o', 'name'])).toContain('widgets.example.com');
  });
});
