import type { KindDefinition } from './definition.ts';
import { humanDuration } from './duration.ts';
import { parseJsonPath } from './json-path.ts';
import type { KubeObject } from './object.ts';

/** One column of a Table. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** Greater than 0: only with `-o wide`. */
  readonly priority: number;
  readonly cell: (object: KubeObject, now: Date) => unknown;
}

type Cell = Column['cell'];

function column(
  name: string,
  cell: Cell,
  more: { type?: string; format?: string; priority?: number; description?: string } = {},
): Column {
  const { type = 'string', format = '', priority = 0, description = `${name} of the object.` } = more;
  return { name, type, format, description, priority, cell };
}

const at = (object: unknown, ...path: string[]): unknown => {
  let value: unknown = object;
  for (const key of path) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return value;
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0);
const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

function age(time: unknown, now: Date): string {
  const then = Date.parse(text(time));
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now.getTime() - then);
}

const name = column('Name', (object) => object.metadata.name ?? '', { format: 'name' });
const ageColumn = column('Age', (object, now) => age(object.metadata.creationTimestamp, now));
const createdAt = column('Created At', (object) => object.metadata.creationTimestamp ?? '', { type: 'date' });

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol: string;
}

const selectorText = (value: unknown): string =>
  Object.entries((value ?? {}) as Record<string, string>)
    .map(([key, wanted]) => `${key}=${wanted}`)
    .join(',') || '<none>';

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

function endpointsText(object: KubeObject): string {
  const pairs = listOf<Subset>(object['subsets']).flatMap((subset) =>
    (subset.addresses ?? []).flatMap(({ ip }) => (subset.ports ?? []).map(({ port }) => `${ip}:${port}`)),
  );
  if (pairs.length === 0) return '<none>';
  return pairs.length > 3 ? `${pairs.slice(0, 3).join(',')} + ${pairs.length - 3} more...` : pairs.join(',');
}

const roleColumn = column('Role', (object) => `${text(at(object, 'roleRef', 'kind'))}/${text(at(object, 'roleRef', 'name'))}`);
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function subjectColumns(binding: string): Column[] {
  return ['User', 'Group', 'ServiceAccount'].map((kind) => {
    const names = (object: KubeObject): string =>
      listOf<Subject>(object['subjects'])
        .filter((subject) => subject.kind === kind)
        .map(({ name, namespace }) => (namespace === undefined ? name : `${namespace}/${name}`))
        .join(', ');
    return column(`${kind}s`, names, { priority: 1, description: `${kind}s in the ${binding}` });
  });
}

const lastSeen: Cell = (object, now) =>
  age(at(object, 'series', 'lastObservedTime') ?? object['lastTimestamp'] ?? object['eventTime'] ?? object['firstTimestamp'], now);

const byKind: Readonly<Record<string, readonly Column[]>> = {
  '/secrets': [
    name,
    column('Type', (object) => text(object['type'])),
    column('Data', (object) => count(object['data'])),
    ageColumn,
  ],
  '/configmaps': [name, column('Data', (object) => count(object['data']) + count(object['binaryData'])), ageColumn],
  '/namespaces': [name, column('Status', (object) => text(at(object, 'status', 'phase'))), ageColumn],
  '/serviceaccounts': [name, ageColumn],
  '/events': [
    column('Last Seen', lastSeen),
    column('Type', (object) => text(object['type'])),
    column('Reason', (object) => text(object['reason'])),
    column(
      'Object',
      (object) => `${text(at(object, 'involvedObject', 'kind')).toLowerCase()}/${text(at(object, 'involvedObject', 'name'))}`,
    ),
    column('Source', (object) => text(at(object, 'source', 'component')) || text(object['reportingComponent']), { priority: 1 }),
    column('Message', (object) => text(object['message']).trim()),
    column('Count', (object) => object['count'] ?? 1, { type: 'integer', priority: 1 }),
    { ...name, priority: 1 },
  ],
  '/services': [
    name,
    column('Type', (object) => text(at(object, 'spec', 'type'))),
    column('Cluster-IP', (object) => text(at(object, 'spec', 'clusterIP')) || '<none>'),
    column('External-IP', (object) => text(at(object, 'spec', 'externalName')) || '<none>'),
    column(
      'Port(s)',
      (object) =>
        listOf<ServicePort>(at(object, 'spec', 'ports'))
          .map(({ port, nodePort, protocol }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`)
          .join(',') || '<none>',
    ),
    ageColumn,
    column('Selector', (object) => selectorText(at(object, 'spec', 'selector')), { priority: 1 }),
  ],
  '/endpoints': [name, column('Endpoints', endpointsText), ageColumn],
  '/pods': [
    name,
    column('Ready', (object) => {
      const states = listOf<{ ready?: boolean }>(at(object, 'status', 'containerStatuses'));
      return `${states.filter(({ ready }) => ready).length}/${count(at(object, 'spec', 'containers'))}`;
    }),
    column('Status', (object) => text(at(object, 'status', 'phase'))),
    column('Restarts', () => '0'),
    ageColumn,
  ],
  'apps/deployments': [
    name,
    column(
      'Ready',
      (object) => `${Number(at(object, 'status', 'readyReplicas') ?? 0)}/${Number(at(object, 'spec', 'replicas') ?? 1)}`,
    ),
    column('Up-to-date', (object) => Number(at(object, 'status', 'updatedReplicas') ?? 0), { type: 'integer' }),
    column('Available', (object) => Number(at(object, 'status', 'availableReplicas') ?? 0), { type: 'integer' }),
    ageColumn,
  ],
  'coordination.k8s.io/leases': [name, column('Holder', (object) => text(at(object, 'spec', 'holderIdentity'))), ageColumn],
  'rbac.authorization.k8s.io/rolebindings': [name, roleColumn, ageColumn, ...subjectColumns('roleBinding')],
  'rbac.authorization.k8s.io/clusterrolebindings': [name, roleColumn, ageColumn, ...subjectColumns('clusterRoleBinding')],
};

/** The columns `kubectl get` shows of a kind. */
export function columnsOf(kind: KindDefinition): readonly Column[] {
  if (!kind.custom) return byKind[`${kind.group}/${kind.plural}`] ?? [name, createdAt];
  return [name, ...kind.printerColumns.map((printed) => customColumn(printed))];
}

function customColumn(printed: KindDefinition['printerColumns'][number]): Column {
  const find = parseJsonPath(printed.jsonPath);
  const cell: Cell = (object, now) => {
    const values = find?.(object) ?? [];
    if (values.length === 0) return null;
    const [first] = values;
    switch (printed.type) {
      case 'date':
        return age(first, now);
      case 'integer':
        return typeof first === 'number' ? Math.trunc(first) : null;
      case 'number':
        return typeof first === 'number' ? first : null;
      case 'boolean':
        return typeof first === 'boolean' ? first : null;
      default:
        return values.length === 1 ? plain(first) : values.map((value) => plain(value)).join(',');
    }
  };
  return column(printed.name, cell, {
    type: printed.type,
    format: printed.format ?? '',
    priority: printed.priority ?? 0,
    description: printed.description ?? `Custom resource definition column (in JSONPath format): ${printed.jsonPath}`,
  });
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
