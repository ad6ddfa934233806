import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';
import { configMap, widget, widgetCrd } from '../../kubectl/widgets.ts';

describe.each(servers)('kubectl against the %s', (server) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    await kubectl.ok(['create', '-f', '-'], { input: widgetCrd });
    await kubectl.ok(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=20s']);
  });

  afterAll(() => kubectl.stop());

  const value = (path: string, ...target: string[]): Promise<string> => kubectl.ok(['get', ...target, '-o', `jsonpath=${path}`]);

  describe('create', () => {
    test('core kinds from arguments', async () => {
      expect(await kubectl.ok(['create', 'namespace', 'team'])).toBe('namespace/team created\n');
      expect(await kubectl.ok(['create', 'secret', 'generic', 'db', '--from-literal=password=hunter2'])).toBe(
        'secret/db created\n',
      );
      expect(await value('{.data.password}', 'secret', 'db')).toBe('aHVudGVyMg==');
      expect(await kubectl.ok(['create', 'serviceaccount', 'robot', '-n', 'team'])).toBe('serviceaccount/robot created\n');
      expect(await kubectl.ok(['create', 'service', 'clusterip', 'web', '--tcp=80:8080'])).toBe('service/web created\n');
    });

    test('the same name twice', async () => {
      await kubectl.ok(['create', 'configmap', 'once']);
      const { code, stderr } = await kubectl.run(['create', 'configmap', 'once']);
      expect(code).toBe(1);
      expect(stderr).toBe('error: failed to create configmap: configmaps "once" already exists\n');
    });

    test('a generated name', async () => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'part-' } });
      expect(await kubectl.ok(['create', '-f', '-'], { input })).toMatch(/^configmap\/part-[a-z0-9]{5} created\n$/);
    });

    test('a dry run stores nothing', async () => {
      expect(await kubectl.ok(['create', 'configmap', 'dry', '--dry-run=server'])).toContain('created (server dry run)');
      expect((await kubectl.run(['get', 'configmap', 'dry'])).code).toBe(1);
    });

    test('defaults are filled in', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: widget('plain', { colour: 'red' }) });
      expect(await value('{.spec.replicas}', 'wd', 'plain')).toBe('1');
    });
  });

  describe('refusals', () => {
    // [what, spec, what kubectl prints]
    const rows = [
      [
        'wrong type',
        { colour: 'red', replicas: 'many' },
        'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
      ],
      ['not supported', { colour: 'blue' }, 'spec.colour: Unsupported value: "blue": supported values: "red", "green"'],
      ['missing', {}, 'spec.colour: Required value'],
      ['too long', { colour: 'red', note: '123456' }, 'spec.note: Too long: may not be more than 5 bytes'],
      [
        'too small',
        { colour: 'red', replicas: -1 },
        'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0',
      ],
    ] as const;

    test.each(rows)('%s', async (_, spec, text) => {
      const { code, stderr } = await kubectl.run(['create', '-f', '-'], { input: widget('bad', spec) });
      expect(code).toBe(1);
      expect(stderr).toContain('The Widget "bad" is invalid:');
      expect(stderr).toContain(text);
    });

    test('unknown fields are refused, warned of, or ignored', async () => {
      const input = widget('typo', { colour: 'red', colr: 'x' });
      const strict = await kubectl.run(['create', '-f', '-'], { input });
      expect(strict.code).toBe(1);
      expect(strict.stderr).toContain('strict decoding error: unknown field "spec.colr"');
      const warned = await kubectl.run(['create', '--validate=warn', '-f', '-'], { input });
      expect(warned).toMatchObject({ code: 0, stderr: 'Warning: unknown field "spec.colr"\n' });
      expect(await value('{.spec}', 'wd', 'typo')).toBe('{"colour":"red","replicas":1}');
      const ignored = await kubectl.run(['apply', '--validate=ignore', '-f', '-'], {
        input: widget('typo2', { colour: 'red', colr: 'x' }),
      });
      expect(ignored).toMatchObject({ code: 0, stderr: '' });
    });

    test('unknown fields of core kinds', async () => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'typo' }, dta: {} });
      const { code, stderr } = await kubectl.run(['create', '-f', '-'], { input });
      expect(code).toBe(1);
      expect(stderr).toContain('strict decoding error: unknown field "dta"');
    });
  });

  describe('patch', () => {
    test('merge, on a core and a custom kind', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: configMap('m', { a: '1', b: '2' }) });
      await kubectl.ok(['patch', 'configmap', 'm', '--type=merge', '-p', '{"data":{"a":null,"c":"3"}}']);
      expect(await value('{.data}', 'configmap', 'm')).toBe('{"b":"2","c":"3"}');
      await kubectl.ok(['create', '-f', '-'], { input: widget('m', { colour: 'red' }) });
      expect(await kubectl.ok(['patch', 'wd', 'm', '--type=merge', '-p', '{"spec":{"replicas":4}}'])).toBe(
        'widget.example.com/m patched\n',
      );
      expect(await kubectl.ok(['patch', 'wd', 'm', '--type=merge', '-p', '{"spec":{"replicas":4}}'])).toContain('(no change)');
    });

    test('json, with a test that holds and one that fails', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: widget('j', { colour: 'red' }) });
      const patch = (expected: string): string =>
        JSON.stringify([
          { op: 'test', path: '/spec/colour', value: expected },
          { op: 'replace', path: '/spec/colour', value: 'green' },
        ]);
      await kubectl.ok(['patch', 'wd', 'j', '--type=json', '-p', patch('red')]);
      expect(await value('{.spec.colour}', 'wd', 'j')).toBe('green');
      const { code, stderr } = await kubectl.run(['patch', 'wd', 'j', '--type=json', '-p', patch('red')]);
      expect(code).toBe(1);
      expect(stderr).toBe('The request is invalid: the server rejected our request due to an error in our request\n');
    });

    test('strategic, merging the ports of a service by their number', async () => {
      await kubectl.ok(['create', 'service', 'clusterip', 'two', '--tcp=80:8080', '--tcp=443:8443']);
      await kubectl.ok(['patch', 'service', 'two', '-p', '{"spec":{"ports":[{"port":443,"targetPort":9443}]}}']);
      const ports = await value('{range .spec.ports[*]}{.port}:{.targetPort} {end}', 'service', 'two');
      expect(ports.trim().split(' ').toSorted()).toEqual(['443:9443', '80:8080']);
    });

    test('strategic, merging finalizers as a set and deleting one of them', async () => {
      const metadata = { name: 'f', finalizers: ['example.com/a', 'example.com/b'] };
      await kubectl.ok(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata }) });
      await kubectl.ok(['patch', 'configmap', 'f', '-p', '{"metadata":{"$deleteFromPrimitiveList/finalizers":["example.com/a"]}}']);
      expect(await value('{.metadata.finalizers}', 'configmap', 'f')).toBe('["example.com/b"]');
    });

    test('strategic is not for custom kinds', async () => {
      const { code, stderr } = await kubectl.run(['patch', 'wd', 'm', '--type=strategic', '-p', '{"spec":{"replicas":7}}']);
      expect(code).toBe(1);
      expect(stderr).toContain('application/strategic-merge-patch+json is not supported by example.com/v1, Kind=Widget');
    });

    test('status by its subresource only', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: widget('s', { colour: 'red' }) });
      await kubectl.ok(['patch', 'wd', 's', '--type=merge', '-p', '{"status":{"phase":"Lost"}}']);
      expect(await value('{.status.phase}', 'wd', 's')).toBe('');
      const both = '{"spec":{"colour":"green"},"status":{"phase":"Ready"}}';
      await kubectl.ok(['patch', 'wd', 's', '--subresource=status', '--type=merge', '-p', both]);
      expect(await value('{.status.phase}/{.spec.colour}', 'wd', 's')).toBe('Ready/red');
    });
  });

  describe('label and annotate', () => {
    test('set, overwrite, remove', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: widget('marks', { colour: 'red' }) });
      expect(await kubectl.ok(['label', 'wd', 'marks', 'tier=front', 'env=prod'])).toBe('widget.example.com/marks labeled\n');
      expect((await kubectl.run(['label', 'wd', 'marks', 'tier=back'])).stderr).toContain('--overwrite is false');
      await kubectl.ok(['label', 'wd', 'marks', 'tier=back', '--overwrite']);
      await kubectl.ok(['label', 'wd', 'marks', 'env-']);
      expect(await value('{.metadata.labels}', 'wd', 'marks')).toBe('{"tier":"back"}');
      await kubectl.ok(['annotate', 'wd', 'marks', 'note=a long text']);
      expect(await value('{.metadata.annotations.note}', 'wd', 'marks')).toBe('a long text');
    });

    test('a label that is none', async () => {
      const { code, stderr } = await kubectl.run(['label', 'wd', 'marks', 'bad=-']);
      expect(code).toBe(1);
      expect(stderr).toContain('-');
    });
  });

  describe('edit', () => {
    test('core and custom kinds through an editor', async () => {
      const editor = await kubectl.file('editor.sh', '#!/bin/sh\nsed -i s/red/green/ "$1"\n');
      const env = { KUBE_EDITOR: `sh ${editor}` };
      await kubectl.ok(['create', '-f', '-'], { input: widget('edited', { colour: 'red' }) });
      expect(await kubectl.ok(['edit', 'wd', 'edited'], { env })).toBe('widget.example.com/edited edited\n');
      expect(await value('{.spec.colour}', 'wd', 'edited')).toBe('green');
      await kubectl.ok(['create', '-f', '-'], { input: configMap('edited', { colour: 'red' }) });
      expect(await kubectl.ok(['edit', 'configmap', 'edited'], { env })).toBe('configmap/edited edited\n');
      expect((await kubectl.run(['edit', 'configmap', 'edited'], { env })).stderr).toContain('Edit cancelled, no changes made.');
    });
  });

  describe('replace', () => {
    test('with the current and with a stale resourceVersion', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: configMap('r', { a: '1' }) });
      const current = await kubectl.ok(['get', 'configmap', 'r', '-o', 'json']);
      await kubectl.ok(['replace', '-f', '-'], { input: current.replace('"a": "1"', '"a": "2"') });
      const { code, stderr } = await kubectl.run(['replace', '-f', '-'], { input: current.replace('"a": "1"', '"a": "3"') });
      expect(code).toBe(1);
      expect(stderr).toContain('the object has been modified; please apply your changes to the latest version and try again');
    });
  });

  describe('delete and wait', () => {
    test('delete one, by label, and what is not there', async () => {
      await kubectl.ok(['create', 'configmap', 'd1']);
      expect(await kubectl.ok(['delete', 'configmap', 'd1'])).toMatch(/^configmap "d1" deleted/);
      for (const name of ['d2', 'd3']) {
        await kubectl.ok(['create', 'configmap', name]);
        await kubectl.ok(['label', 'configmap', name, 'gone=soon']);
      }
      await kubectl.ok(['delete', 'configmap', '-l', 'gone=soon']);
      expect(await kubectl.ok(['get', 'configmap', '-l', 'gone=soon', '-o', 'name'])).toBe('');
      expect((await kubectl.run(['delete', 'configmap', 'd1'])).stderr).toContain('configmaps "d1" not found');
      expect((await kubectl.run(['delete', 'configmap', 'd1', '--ignore-not-found'])).code).toBe(0);
    });

    test('wait for a field, a condition, and the end', async () => {
      await kubectl.ok(['create', '-f', '-'], { input: widget('waited', { colour: 'red' }) });
      const field = kubectl.run(['wait', 'wd/waited', '--for=jsonpath={.status.phase}=Ready', '--timeout=30s']);
      const condition = kubectl.run(['wait', 'wd/waited', '--for=condition=Done', '--timeout=30s']);
      const end = kubectl.run(['wait', 'wd/waited', '--for=delete', '--timeout=30s']);
      const status = { phase: 'Ready', conditions: [{ type: 'Done', status: 'True' }] };
      await kubectl.ok(['patch', 'wd', 'waited', '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);
      expect(await field).toMatchObject({ code: 0, stdout: 'widget.example.com/waited condition met\n' });
      expect(await condition).toMatchObject({ code: 0 });
      await kubectl.ok(['delete', 'wd', 'waited']);
      expect(await end).toMatchObject({ code: 0 });
    });

    test('a finalizer holds the object until it is removed', async () => {
      const held = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'held', finalizers: ['example.com/hold'] },
      });
      await kubectl.ok(['create', '-f', '-'], { input: held });
      const deletion = kubectl.start(['delete', 'configmap', 'held', '--timeout=30s']);
      await eventually(
        () => value('{.metadata.deletionTimestamp}', 'configmap', 'held'),
        (text) => text !== '',
      );
      await kubectl.ok(['patch', 'configmap', 'held', '--type=json', '-p', '[{"op":"remove","path":"/metadata/finalizers"}]']);
      expect(await deletion.done).toMatchObject({ code: 0 });
    });

    test('wait gives up', async () => {
      await kubectl.ok(['create', 'configmap', 'patience']);
      const { code, stderr } = await kubectl.run(['wait', 'configmap/patience', '--for=jsonpath={.data.x}=y', '--timeout=1s']);
      expect(code).toBe(1);
      expect(stderr).toContain('timed out waiting for the condition');
    });
  });
});
