import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';
import { configMap, widget, widgetCrd } from '../../kubectl/widgets.ts';

describe.each(servers)('kubectl against the %s', (server) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    await kubectl.ok(['create', '-f', '-'], { input: widgetCrd });
    await kubectl.ok(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=20s']);
    await kubectl.ok(['create', '-f', '-'], { input: configMap('settings', { level: 'high', text: 'two\nlines' }) });
    await kubectl.ok(['create', '-f', '-'], { input: widget('blue-bolt', { colour: 'red', replicas: 3 }) });
  });

  afterAll(() => kubectl.stop());

  /** Cells of a printed table, row by row. */
  const cells = (text: string): string[][] =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/\s{2,}/).map((cell) => cell.trim()));

  describe('get', () => {
    test('a core kind as a table', async () => {
      const [head, row] = cells(await kubectl.ok(['get', 'configmap', 'settings']));
      expect(head).toEqual(['NAME', 'DATA', 'AGE']);
      expect(row?.slice(0, 2)).toEqual(['settings', '2']);
    });

    test('a custom kind with its printer columns, by short name', async () => {
      expect(cells(await kubectl.ok(['get', 'wd']))).toEqual([
        ['NAME', 'COLOUR', 'REPLICAS'],
        ['blue-bolt', 'red', '3'],
      ]);
      expect(cells(await kubectl.ok(['get', 'wd', '-o', 'wide']))[0]).toEqual(['NAME', 'COLOUR', 'REPLICAS', 'PHASE']);
    });

    test('by category', async () => {
      expect(await kubectl.ok(['get', 'all', '-o', 'name'])).toContain('widget.example.com/blue-bolt');
    });

    test('-o yaml hides managed fields, --show-managed-fields shows them', async () => {
      const text = await kubectl.ok(['get', 'configmap', 'settings', '-o', 'yaml']);
      expect(text).toContain('kind: ConfigMap');
      expect(text).toContain('level: high');
      expect(text).not.toContain('managedFields');
      const full = await kubectl.ok(['get', 'configmap', 'settings', '-o', 'yaml', '--show-managed-fields']);
      expect(full).toContain('manager: kubectl-create');
    });

    test('-o jsonpath and custom columns', async () => {
      expect(await kubectl.ok(['get', 'wd', 'blue-bolt', '-o', 'jsonpath={.spec.colour}/{.metadata.namespace}'])).toBe(
        'red/default',
      );
      const table = await kubectl.ok(['get', 'wd', '-o', 'custom-columns=N:.metadata.name,R:.spec.replicas']);
      expect(cells(table)).toEqual([
        ['N', 'R'],
        ['blue-bolt', '3'],
      ]);
    });

    test('by label and by field', async () => {
      await kubectl.ok(['label', 'configmap', 'settings', 'tier=front']);
      expect(await kubectl.ok(['get', 'configmap', '-l', 'tier in (front,back)', '-o', 'name'])).toBe('configmap/settings\n');
      expect(await kubectl.ok(['get', 'configmap', '-l', '!tier,app', '-o', 'name'])).toBe('');
      expect(await kubectl.ok(['get', 'configmap', '--field-selector', 'metadata.name=settings', '-o', 'name'])).toBe(
        'configmap/settings\n',
      );
    });

    test('in pages', async () => {
      for (const name of ['p1', 'p2', 'p3']) await kubectl.ok(['create', 'configmap', name, '--from-literal=a=b']);
      const { stdout, stderr } = await kubectl.run(['get', 'configmap', '--chunk-size=2', '-o', 'name', '-v=6']);
      expect(stdout.trim().split('\n')).toEqual(
        expect.arrayContaining(['configmap/p1', 'configmap/p2', 'configmap/p3', 'configmap/settings']),
      );
      expect(stderr.match(/configmaps\?[^ ]*limit=2/g)?.length).toBeGreaterThan(1);
    });

    test('what is not there', async () => {
      const { code, stderr } = await kubectl.run(['get', 'wd', 'none']);
      expect(code).toBe(1);
      expect(stderr).toBe('Error from server (NotFound): widgets.example.com "none" not found\n');
      const unknown = await kubectl.run(['get', 'gadgets']);
      expect(unknown.stderr).toContain('the server doesn\'t have a resource type "gadgets"');
    });

    test('-w prints changes as they come', async () => {
      const watch = kubectl.start(['get', 'wd', '-w']);
      await eventually(
        () => watch.stdout,
        (text) => text.includes('blue-bolt'),
      );
      await kubectl.ok(['patch', 'wd', 'blue-bolt', '--type=merge', '-p', '{"spec":{"colour":"green"}}']);
      await eventually(
        () => watch.stdout,
        (text) => /blue-bolt\s+green/.test(text),
      );
      await watch.stop();
    });
  });

  describe('describe', () => {
    test('a core kind', async () => {
      const text = await kubectl.ok(['describe', 'configmap', 'settings']);
      expect(text).toMatch(/Name:\s+settings/);
      expect(text).toContain('level:\n----\nhigh');
      expect(text).toMatch(/Events:\s+<none>/);
    });

    test('a custom kind', async () => {
      expect(await kubectl.ok(['describe', 'wd', 'blue-bolt'])).toMatch(/Replicas:\s+3/);
    });

    test('a namespace', async () => {
      expect(await kubectl.ok(['describe', 'namespace', 'default'])).toMatch(/Status:\s+Active/);
    });
  });

  describe('explain', () => {
    test('a core kind and one of its fields', async () => {
      const kind = await kubectl.ok(['explain', 'secret']);
      expect(kind).toMatch(/KIND:\s+Secret\nVERSION:\s+v1/);
      expect(kind).toMatch(/metadata\s+<ObjectMeta>/);
      expect(await kubectl.ok(['explain', 'secret.type'])).toMatch(/FIELD: type <string>/);
      expect(await kubectl.ok(['explain', 'configmap.metadata.ownerReferences.uid'])).toMatch(/FIELD: uid <string>/);
    });

    test('a custom kind, with descriptions, choices and required fields', async () => {
      const kind = await kubectl.ok(['explain', 'widget']);
      expect(kind).toMatch(/GROUP:\s+example\.com\nKIND:\s+Widget\nVERSION:\s+v1/);
      expect(kind).toContain('A widget for trying things out.');
      const field = await kubectl.ok(['explain', 'widget.spec.colour']);
      expect(field).toContain('Colour of the widget.');
      expect(field).toMatch(/ENUM:\n\s+red\n\s+green/);
      expect(await kubectl.ok(['explain', 'widget.spec', '--recursive'])).toMatch(
        /ports\s+<\[\]Object>\n\s+name\s+<string> -required-/,
      );
    });

    test('a field that is not there', async () => {
      const { code, stderr } = await kubectl.run(['explain', 'widget.spec.weight']);
      expect(code).toBe(1);
      expect(stderr).toContain('field "weight" does not exist');
    });
  });

  describe('discovery', () => {
    test('api-resources lists core and custom kinds', async () => {
      const rows = cells(await kubectl.ok(['api-resources']));
      expect(rows).toContainEqual(['configmaps', 'cm', 'v1', 'true', 'ConfigMap']);
      expect(rows).toContainEqual(['widgets', 'wd', 'example.com/v1', 'true', 'Widget']);
      expect(rows).toContainEqual([
        'customresourcedefinitions',
        'crd,crds',
        'apiextensions.k8s.io/v1',
        'false',
        'CustomResourceDefinition',
      ]);
    });

    test('api-resources narrowed by verb and group', async () => {
      const rows = await kubectl.ok(['api-resources', '--api-group=example.com', '--verbs=patch', '-o', 'name']);
      expect(rows).toBe('widgets.example.com\n');
    });

    test('api-versions and version', async () => {
      expect((await kubectl.ok(['api-versions'])).split('\n')).toEqual(expect.arrayContaining(['v1', 'apps/v1', 'example.com/v1']));
      expect(await kubectl.ok(['version'])).toMatch(/Server Version: v1\.36\.3/);
    });

    test('a removed definition takes its kind along', async () => {
      const gadgets = widgetCrd.replaceAll('widget', 'gadget').replaceAll('Widget', 'Gadget').replaceAll('"wd"', '"gd"');
      await kubectl.ok(['apply', '-f', '-'], { input: gadgets });
      await kubectl.ok(['wait', '--for=condition=Established', 'crd/gadgets.example.com', '--timeout=20s']);
      expect(await kubectl.ok(['api-resources', '--api-group=example.com', '-o', 'name', '--cached=false'])).toContain('gadgets');
      await kubectl.ok(['delete', 'crd', 'gadgets.example.com']);
      expect(await kubectl.ok(['api-resources', '--api-group=example.com', '-o', 'name', '--cached=false'])).toBe(
        'widgets.example.com\n',
      );
    });
  });

  describe('auth', () => {
    test('can-i answers for the administrator', async () => {
      expect(await kubectl.ok(['auth', 'can-i', 'create', 'secrets'])).toBe('yes\n');
      expect(await kubectl.ok(['auth', 'can-i', 'delete', 'widgets.example.com', '-n', 'default'])).toBe('yes\n');
    });

    test('whoami', async () => {
      expect(await kubectl.ok(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.groups}'])).toContain('system:masters');
    });
  });
});
