import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';
import { configMap, widget, widgetCrd } from '../../kubectl/widgets.ts';

describe.each(servers)('kubectl against the %s', (server) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    await kubectl.ok(['apply', '-f', '-'], { input: widgetCrd });
    await kubectl.ok(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=20s']);
  });

  afterAll(() => kubectl.stop());

  const value = (path: string, ...target: string[]): Promise<string> => kubectl.ok(['get', ...target, '-o', `jsonpath=${path}`]);
  const apply = (input: string, ...flags: string[]): Promise<string> => kubectl.ok(['apply', ...flags, '-f', '-'], { input });
  const serverSide = (manager: string, ...flags: string[]): string[] => ['--server-side', '--field-manager', manager, ...flags];

  /** `manager/operation` of every entry, sorted. */
  async function managers(...target: string[]): Promise<string[]> {
    const path = '{range .metadata.managedFields[*]}{.manager}/{.operation}{"\\n"}{end}';
    return (await kubectl.ok(['get', ...target, '--show-managed-fields', '-o', `jsonpath=${path}`])).trim().split('\n').toSorted();
  }

  // Every promise on a core and on a custom kind: [kind, target, manifest with one setting].
  const kinds = [
    [
      'ConfigMap',
      ['configmap'],
      (name: string, setting: string) => configMap(name, { setting }),
      '{.data.setting}',
      '.data.setting',
    ],
    ['Widget', ['wd'], (name: string, setting: string) => widget(name, { colour: setting }), '{.spec.colour}', '.spec.colour'],
  ] as const;

  describe.each(kinds)('apply of %s', (kind, [resource], manifest, path, field) => {
    test('creates, then finds nothing to do, then changes', async () => {
      expect(await apply(manifest('client', 'red'))).toMatch(/client created\n$/);
      const version = await value('{.metadata.resourceVersion}', resource, 'client');
      expect(await apply(manifest('client', 'red'))).toMatch(/client unchanged\n$/);
      expect(await value('{.metadata.resourceVersion}', resource, 'client')).toBe(version);
      expect(await apply(manifest('client', 'green'))).toMatch(/client configured\n$/);
      expect(await value(path, resource, 'client')).toBe('green');
      expect(await managers(resource, 'client')).toEqual(['kubectl-client-side-apply/Update']);
    });

    test('server-side: a second apply stores nothing', async () => {
      expect(await apply(manifest('server', 'red'), '--server-side')).toMatch(/server serverside-applied\n$/);
      const version = await value('{.metadata.resourceVersion}', resource, 'server');
      await apply(manifest('server', 'red'), '--server-side');
      expect(await value('{.metadata.resourceVersion}', resource, 'server')).toBe(version);
      expect(await managers(resource, 'server')).toEqual(['kubectl/Apply']);
    });

    test('server-side: a conflict, then forced', async () => {
      await apply(manifest('fought', 'red'), ...serverSide('first'));
      const { code, stderr } = await kubectl.run(['apply', ...serverSide('second'), '-f', '-'], {
        input: manifest('fought', 'green'),
      });
      expect(code).toBe(1);
      expect(stderr).toContain(`Apply failed with 1 conflict: conflict with "first": ${field}`);
      expect(await value(path, resource, 'fought')).toBe('red');
      await apply(manifest('fought', 'green'), ...serverSide('second', '--force-conflicts'));
      expect(await value(path, resource, 'fought')).toBe('green');
      expect(await managers(resource, 'fought')).toEqual(['second/Apply']);
    });

    test('server-side: a conflict with a manager that does not apply names its version', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: manifest('made', 'red') });
      const { stderr } = await kubectl.run(['apply', ...serverSide('gitops'), '-f', '-'], { input: manifest('made', 'green') });
      const apiVersion = kind === 'ConfigMap' ? 'v1' : 'example.com/v1';
      expect(stderr).toContain(`conflict with "kubectl-create" using ${apiVersion}: ${field}`);
    });

    test('server-side: equal values are shared', async () => {
      await apply(manifest('shared', 'red'), ...serverSide('first'));
      await apply(manifest('shared', 'red'), ...serverSide('second'));
      expect(await managers(resource, 'shared')).toEqual(['first/Apply', 'second/Apply']);
    });

    test('from client-side to server-side without a conflict', async () => {
      await apply(manifest('moving', 'red'));
      expect(await managers(resource, 'moving')).toEqual(['kubectl-client-side-apply/Update']);
      await apply(manifest('moving', 'green'), '--server-side');
      expect(await value(path, resource, 'moving')).toBe('green');
      expect(await managers(resource, 'moving')).not.toContain('kubectl-client-side-apply/Update');
      expect(await apply(manifest('moving', 'red'))).toMatch(/moving configured\n$/);
      expect(await value(path, resource, 'moving')).toBe('red');
    });
  });

  describe('fields that are no longer applied', () => {
    test('client-side: they go, others stay', async () => {
      await apply(configMap('pruned', { a: '1', b: '2' }));
      await kubectl.ok(['patch', 'configmap', 'pruned', '--type=merge', '-p', '{"data":{"mine":"3"}}']);
      await apply(configMap('pruned', { a: '1' }));
      expect(await value('{.data}', 'configmap', 'pruned')).toBe('{"a":"1","mine":"3"}');
    });

    test('server-side: they go, others stay', async () => {
      await apply(configMap('released', { a: '1', b: '2' }), '--server-side');
      await kubectl.ok(['patch', 'configmap', 'released', '--type=merge', '-p', '{"data":{"mine":"3"}}']);
      await apply(configMap('released', { a: '1' }), '--server-side');
      expect(await value('{.data}', 'configmap', 'released')).toBe('{"a":"1","mine":"3"}');
    });

    test('server-side: elements of keyed lists belong to those who applied them', async () => {
      const ports = (...names: string[]): string =>
        widget('ports', { colour: 'red', ports: names.map((name) => ({ name, port: 80 })) });
      await apply(ports('a', 'b'), ...serverSide('first'));
      await apply(ports('b', 'c'), ...serverSide('second'));
      await apply(ports('a'), ...serverSide('first'));
      expect(await value('{.spec.ports[*].name}', 'wd', 'ports')).toBe('a b c');
      await apply(ports('c'), ...serverSide('second'));
      expect(await value('{.spec.ports[*].name}', 'wd', 'ports')).toBe('a c');
    });
  });

  describe('the rest', () => {
    test('server-side: status through its subresource', async () => {
      await apply(widget('stated', { colour: 'red' }), ...serverSide('owner'));
      const status = JSON.stringify({
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name: 'stated' },
        status: { phase: 'Ready' },
      });
      await apply(status, ...serverSide('controller', '--subresource=status'));
      expect(await value('{.status.phase}/{.spec.colour}', 'wd', 'stated')).toBe('Ready/red');
    });

    test('server-side: unknown fields are refused', async () => {
      const { code, stderr } = await kubectl.run(['apply', '--server-side', '-f', '-'], {
        input: widget('typo', { colour: 'red', colr: 'x' }),
      });
      expect(code).toBe(1);
      expect(stderr).toContain('colr');
    });

    test('a dry run on the server shows the outcome and stores nothing', async () => {
      await apply(configMap('dry', { a: '1' }));
      const shown = await apply(configMap('dry', { a: '2' }), '--dry-run=server', '-o', 'jsonpath={.data.a}');
      expect(shown).toBe('2');
      expect(await value('{.data.a}', 'configmap', 'dry')).toBe('1');
    });

    test('diff shows what apply would change', async () => {
      await apply(configMap('differing', { a: '1' }));
      const { code, stdout } = await kubectl.run(['diff', '-f', '-'], { input: configMap('differing', { a: '2' }) });
      expect(code).toBe(1);
      expect(stdout).toContain('-  a: "1"');
      expect(stdout).toContain('+  a: "2"');
    });

    test('--prune with an apply set of labels', async () => {
      const labelled = (name: string): string =>
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { set: 'x' } }, data: {} });
      await apply(`${labelled('keep')}\n---\n${labelled('drop')}`);
      const flags = ['--prune', '-l', 'set=x', '--prune-allowlist=core/v1/ConfigMap'];
      expect(await apply(labelled('keep'), ...flags)).toContain('configmap/drop pruned');
    });

    test('a service, client-side, merges ports by their number', async () => {
      const service = (targetPort: number): string =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web' },
          spec: { ports: [{ port: 80, name: 'web', targetPort }] },
        });
      await apply(service(8080));
      await kubectl.ok(['patch', 'service', 'web', '-p', '{"spec":{"ports":[{"port":443,"name":"tls","targetPort":8443}]}}']);
      await apply(service(9090));
      const ports = await value('{range .spec.ports[*]}{.port}:{.targetPort} {end}', 'service', 'web');
      expect(ports.trim().split(' ').toSorted()).toEqual(['443:8443', '80:9090']);
    });
  });
});
