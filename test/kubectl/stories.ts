import { configMap, widget } from './widgets.ts';

/** One call of kubectl: arguments as a person types them, and a manifest for `-f -`. */
export interface Step {
  readonly args: readonly string[];
  readonly input?: string;
}

const call = (line: string, input?: string): Step => {
  const args = (line.match(/'[^']*'|\S+/g) ?? []).map((part) => part.replace(/^'(.*)'$/, '$1'));
  return input === undefined ? { args } : { args: [...args, '-f', '-'], input };
};
const show = (target: string): Step => call(`get ${target} -o json --show-managed-fields`);
const json = (value: unknown): string => JSON.stringify(value);
const marked = (labels: Record<string, string>, data: Record<string, string>): string =>
  json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', labels }, data });
const owned = (name: string, uid: string): unknown => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid });
const port = (name: string): unknown => ({ name, port: 1 });

/**
 * Sequences of calls whose every output (objects with their managed fields, and the words of refusals) must be the same from the
 * sandbox and from a real API server. Each starts with the Widget definition of widgets.ts and nothing else.
 */
export const stories: Readonly<Record<string, readonly Step[]>> = {
  'ownership of what kubectl creates': [
    call('create configmap a --from-literal=k=1'),
    show('configmap a'),
    call('create secret generic s --from-literal=k=1'),
    show('secret s'),
    call('create namespace team'),
    show('namespace team'),
    call('create serviceaccount robot'),
    show('serviceaccount robot'),
    call('create', widget('w', { colour: 'red' })),
    show('widget w'),
  ],
  'a core kind from client-side to server-side apply': [
    call('apply', marked({ x: '1' }, { k: '1' })),
    show('configmap b'),
    call('label configmap b y=2'),
    call('annotate configmap b z=3'),
    show('configmap b'),
    call('apply --server-side', marked({ x: '1' }, { k: '2' })),
    show('configmap b'),
    call('apply --server-side --field-manager=other', marked({ x: '9' }, { k: '3' })),
    call('apply --server-side --field-manager=other --force-conflicts', marked({ x: '9' }, { k: '3' })),
    show('configmap b'),
    call('apply --server-side', marked({}, {})),
    show('configmap b'),
  ],
  'a custom kind from client-side to server-side apply': [
    call('apply', widget('w', { colour: 'red', ports: [port('a')] })),
    show('widget w'),
    call('apply', widget('w', { colour: 'red', ports: [port('b')] })),
    show('widget w'),
    call('apply --server-side', widget('w', { colour: 'green' })),
    show('widget w'),
    call('patch widget w --subresource=status --type=merge -p \'{"status":{"phase":"Ready"}}\''),
    call('patch widget w --type=merge -p \'{"spec":{"replicas":3}}\''),
    show('widget w'),
  ],
  'owners, finalizers and a reset of the managers': [
    call(
      'create',
      json({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'own', ownerReferences: [owned('a', '1234')], finalizers: ['example.com/f'] },
      }),
    ),
    show('configmap own'),
    call(`patch configmap own -p '${json({ metadata: { ownerReferences: [owned('b', '5678')] } })}'`),
    show('configmap own'),
    call('patch configmap own --type=json -p \'[{"op":"replace","path":"/metadata/managedFields","value":[{}]}]\''),
    show('configmap own'),
  ],
  'refused objects': [
    call('create', widget('x', { colour: 'red', ports: [{ name: 'a' }, { name: 'a' }] })),
    call('create', widget('x', { colour: 'red', ports: 'no' })),
    call('create', widget('x', { colour: 'blue' })),
    call('create', widget('x', { colour: 'red', note: '123456' })),
    call('create', widget('x', { colour: 'red', replicas: -1 })),
    call('create', widget('BAD_NAME', { colour: 'red' })),
    call('create', json({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'x' } })),
    call('create', json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'u' }, data: { 'bad key': '1' } })),
    call('create --validate=warn', json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'u', bogus: 1 }, extra: {} })),
  ],
  'refused patches': [
    call('create', widget('w', { colour: 'red' })),
    call('create', configMap('a', { k: '1' })),
    call('patch widget w --type=json -p \'[{"op":"remove","path":"/spec/none"}]\''),
    call('patch widget w --type=json -p \'[{"op":"spam","path":"/spec/none"}]\''),
    call('patch widget w --type=json -p \'{"op":"spam"}\''),
    call("patch widget w --type=merge -p '[1]'"),
    call('patch widget w --type=merge -p \'{"spec":{"colour":null}}\''),
    call('patch widget w --type=merge -p \'{"spec":{"typo":1}}\''),
    call('patch widget w --type=strategic -p \'{"spec":{"replicas":1}}\''),
    call('patch configmap a --type=strategic -p \'{"data":{"$patch":"spam"}}\''),
    call('patch configmap a -p \'{"metadata":{"name":"other"}}\''),
    call('patch configmap none -p \'{"metadata":{}}\''),
  ],
  'refused applies': [
    call('apply --server-side', widget('w', { colour: 'blue' })),
    call('apply --server-side', widget('w', { colour: 'red', ports: [{ port: 1 }] })),
    call('apply --server-side', widget('w', { colour: 'red', ports: [{ name: 'a' }, { name: 'a' }] })),
    call('apply --server-side', json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'u' }, data: { a: 1 } })),
  ],
  'explained and discovered': [
    call('explain widget.spec --recursive'),
    call('explain widget.spec.colour'),
    call('explain widget.spec.weight'),
    call('api-resources --api-group=example.com -o wide'),
    call('get --raw /apis/example.com'),
    call('get --raw /apis/none'),
  ],
};
