import { fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import type { KubeObject } from './object.ts';
import type { Strategy, StrategyRoom } from './strategy.ts';

interface Port {
  name?: string;
  port?: number;
  protocol?: string;
  targetPort?: number | string;
}

interface Spec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ports?: Port[];
  externalName?: string;
  [field: string]: unknown;
}

/** `core/v1` Service: defaults as the API server sets them, and a cluster IP. Nothing routes to that address. */
export const serviceStrategy: Strategy = {
  names: 'label',
  createOnUpdate: true,
  returnsDeleted: true,
  defaults,
  prepareCreate(object, room) {
    object['status'] = { loadBalancer: {} };
    allocate(object, room, undefined);
  },
  prepareUpdate(object, old, room) {
    allocate(object, room, old['spec'] as Spec);
  },
  validate: serviceProblems,
  validateUpdate(object, old) {
    const [before, after] = [(old['spec'] as Spec).clusterIP, (object['spec'] as Spec).clusterIP];
    if (!before || before === after || (object['spec'] as Spec).type === 'ExternalName') return [];
    return [fieldError.invalid('spec.clusterIPs[0]', [after], 'may not change once set')];
  },
};

function defaults(object: KubeObject): void {
  const spec: Spec = { ...(object['spec'] as Spec | undefined) };
  spec.type ??= 'ClusterIP';
  spec['sessionAffinity'] ??= 'None';
  if (spec.ports) {
    spec.ports = spec.ports.map((port) => {
      const protocol = port.protocol ?? 'TCP';
      return { ...port, protocol, ...(port.targetPort === undefined && port.port !== undefined ? { targetPort: port.port } : {}) };
    });
  }
  if (spec.type !== 'ExternalName') spec['internalTrafficPolicy'] ??= 'Cluster';
  object['spec'] = spec;
}

function allocate(object: KubeObject, room: StrategyRoom, old: Spec | undefined): void {
  const spec: Spec = { ...(object['spec'] as Spec) };
  if (spec.type === 'ExternalName') return;
  // Whoever fills the Endpoints of a headless Service without a selector may use both families.
  const anyFamily = spec.clusterIP === 'None' && !spec['selector'];
  spec['ipFamilies'] ??= old?.['ipFamilies'] ?? (anyFamily ? ['IPv4', 'IPv6'] : ['IPv4']);
  spec['ipFamilyPolicy'] ??= old?.['ipFamilyPolicy'] ?? (anyFamily ? 'RequireDualStack' : 'SingleStack');
  if (!spec.clusterIP) {
    const address = old?.clusterIP ?? room.allocateClusterIp();
    if (address !== undefined) spec.clusterIP = address;
  }
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  object['spec'] = spec;
}

function serviceProblems(object: KubeObject): FieldError[] {
  const spec = object['spec'] as Spec;
  const problems: FieldError[] = [];
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  if (!types.includes(spec.type ?? '')) problems.push(fieldError.notSupported('spec.type', spec.type, types));
  const ports = spec.ports ?? [];
  if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
    problems.push(fieldError.required('spec.ports'));
  if (spec.type === 'ExternalName' && !spec.externalName) problems.push(fieldError.required('spec.externalName'));
  const names = new Set<string>();
  const pairs = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    if (ports.length > 1 && !port.name) problems.push(fieldError.required(`${path}.name`));
    if (port.name && names.has(port.name)) problems.push(fieldError.duplicate(`${path}.name`, port.name));
    if (port.name) names.add(port.name);
    problems.push(...portProblems(`${path}.port`, port.port));
    if (typeof port.targetPort === 'number') problems.push(...portProblems(`${path}.targetPort`, port.targetPort));
    if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol ?? '')) {
      problems.push(fieldError.notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
    }
    const pair = `${port.protocol}/${port.port}`;
    if (pairs.has(pair)) {
      problems.push(fieldError.duplicate(path, { port: port.port, protocol: port.protocol }));
    }
    pairs.add(pair);
  }
  return problems;
}

function portProblems(field: string, port: number | undefined): FieldError[] {
  if (port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535) return [];
  return [fieldError.invalid(field, port ?? 0, 'must be between 1 and 65535, inclusive')];
}
