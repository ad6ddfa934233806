import type { Row } from './admission-case.ts';

const data = [{ secretKey: 'password', remoteRef: { key: 'db' } }];

/** creationPolicy by deletionPolicy: `-` is refused. Orphan with Delete is admitted, and refused when it comes to deleting. */
const policies: Readonly<Record<string, Readonly<Record<string, '+' | '-'>>>> = {
  Owner: { Retain: '+', Delete: '+', Merge: '+' },
  Orphan: { Retain: '+', Delete: '+', Merge: '+' },
  CreateOrMerge: { Retain: '+', Delete: '-', Merge: '+' },
  Merge: { Retain: '+', Delete: '-', Merge: '+' },
  None: { Retain: '+', Delete: '-', Merge: '-' },
};

const template = (template: object, rest: object = {}): object => ({ data, target: { template, ...rest } });
const token = 'kubernetes.io/service-account-token';
const account = { 'kubernetes.io/service-account.name': 'admin' };
const literal = (target: string): object => ({ target, literal: 'a: b' });
const manifest = { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } };
const source = { name: 'tpl', items: [{ key: 'a' }] };

/** `target` without its template. */
export const targetCases: readonly Row[] = [
  ...Object.entries(policies).flatMap(([creationPolicy, row]) =>
    Object.entries(row).map(([deletionPolicy, verdict]): Row => {
      const spec = { data, target: { creationPolicy, deletionPolicy } };
      const title = `creationPolicy ${creationPolicy} with deletionPolicy ${deletionPolicy}`;
      return verdict === '+' ? [title, spec] : [title, spec, 'spec.target', `deletionPolicy ${deletionPolicy}`];
    }),
  ),
  ['an unknown creationPolicy', { data, target: { creationPolicy: 'Own' } }, 'spec.target.creationPolicy'],
  ['an unknown deletionPolicy', { data, target: { deletionPolicy: 'Keep' } }, 'spec.target.deletionPolicy'],
  ['an empty target', { data, target: {} }],
  ['a name for the Secret', { data, target: { name: 'db.prod', immutable: true } }],
  ['a name that no Secret can have', { data, target: { name: 'DB' } }, 'spec.target.name'],
  ['immutable that is text', { data, target: { immutable: 'true' } }, 'spec.target.immutable'],
  ['another kind', { data, target: manifest }],
  ['another kind without its version', { data, target: { manifest: { kind: 'ConfigMap' } } }, 'spec.target.manifest.apiVersion'],
];

/** `target.template`. */
export const templateCases: readonly Row[] = [
  [
    'a template with everything',
    template({
      type: 'Opaque',
      engineVersion: 'v2',
      mergePolicy: 'Merge',
      metadata: { labels: { a: 'b' }, annotations: { a: 'b' }, finalizers: ['x.io/y'] },
      data: { a: '{{ .b }}' },
      templateFrom: [{ configMap: source, secret: source, literal: 'a: b', target: 'Data', valuesDecodingStrategy: 'Auto' }],
    }),
  ],
  ['engine v1', template({ engineVersion: 'v1' }), 'spec.target.template.engineVersion'],
  ['an unknown mergePolicy', template({ mergePolicy: 'Keep' }), 'spec.target.template.mergePolicy'],
  ['a template that is a number', template({ data: { a: 1 } }), 'spec.target.template.data.a'],
  [
    'a ConfigMap without items',
    template({ templateFrom: [{ configMap: { name: 'a' } }] }),
    'spec.target.template.templateFrom[0].configMap.items',
  ],
  [
    'an unknown templateAs',
    template({ templateFrom: [{ secret: { name: 'a', items: [{ key: 'a', templateAs: 'Keys' }] } }] }),
    'spec.target.template.templateFrom[0].secret.items[0].templateAs',
  ],
  [
    'the type of bootstrap tokens',
    template({ type: 'bootstrap.kubernetes.io/token' }),
    'spec.target.template',
    'type bootstrap.kubernetes.io/token is not allowed',
  ],
  ['an empty type', template({ type: '' })],
  ['the type of service account tokens', template({ type: token })],
  [
    '... with an account',
    template({ type: token, metadata: { annotations: account } }),
    'spec.target.template',
    'is not allowed with the annotation kubernetes.io/service-account.name',
  ],
  ['... with another annotation', template({ type: token, metadata: { annotations: { a: 'b' } } })],
  ['the account without the type', template({ type: 'Opaque', metadata: { annotations: account } })],
  [
    '... with annotations from elsewhere',
    template({ type: token, templateFrom: [literal('Annotations')] }),
    'spec.target.template',
    'is not allowed with templateFrom that gives annotations',
  ],
  [
    '... in any case of letters',
    template({ type: token, templateFrom: [literal('Data'), literal('annoTATIONS')] }),
    'spec.target.template',
    'is not allowed with templateFrom that gives annotations',
  ],
  ['... with labels from elsewhere', template({ type: token, templateFrom: [literal('Labels'), { literal: 'a: b' }] })],
  [
    'targets of a Secret in any case of letters',
    template({ templateFrom: [literal('data'), literal('LABELS'), literal('Annotations')] }),
  ],
  [
    'a path into a Secret',
    template({ templateFrom: [literal('Data'), literal('spec.a')] }),
    'spec.target',
    'gives Data, Annotations or Labels',
  ],
  ['the spec of a Secret', template({ templateFrom: [literal('Spec')] }), 'spec.target', 'gives Data, Annotations or Labels'],
  ['an empty target of templates', template({ templateFrom: [literal('')] }), 'spec.target', 'gives Data, Annotations or Labels'],
  [
    'letters that only look alike',
    template({ templateFrom: [literal('Labelſ')] }),
    'spec.target',
    'gives Data, Annotations or Labels',
  ],
  ['a path into another kind', template({ templateFrom: [literal('spec.list[3].a'), literal('Spec')] }, manifest)],
];
