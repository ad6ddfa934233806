import type { ConformanceCase } from '../conformance-case.ts';
import { widget, withSpec } from '../custom-resources.ts';
import { serve } from './custom-definitions.ts';

const ownWords = [
  {
    at: /columnDefinitions\.\d+\.description$/,
    because: "columns are described in the sandbox's own words, not in Kubernetes' documentation",
  },
];
const as = (kind: string): { headers: Record<string, string> } => ({
  headers: { accept: `application/json;as=${kind};g=meta.k8s.io;v=v1` },
});

/** What the schema of a CustomResourceDefinition does to its objects. */
export const customSchemas: readonly ConformanceCase[] = [
  {
    name: 'schema validation: types, bounds, patterns, enums, required',
    async run(k) {
      const schema = withSpec(
        {
          size: { type: 'integer', minimum: 1, maximum: 10 },
          ratio: { type: 'number', multipleOf: 0.5 },
          word: { type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' },
          color: { type: 'string', enum: ['red', 'green'] },
          list: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
          map: { type: 'object', additionalProperties: { type: 'integer' }, maxProperties: 1 },
          flag: { type: 'boolean' },
          either: { 'x-kubernetes-int-or-string': true },
          maybe: { type: 'string', nullable: true },
          when: { type: 'string', format: 'date-time' },
          bytes: { type: 'string', format: 'byte' },
        },
        { required: ['size'] },
      );
      await serve(k, { schema });
      const good = {
        size: 1,
        ratio: 1.5,
        word: 'abc',
        color: 'red',
        list: ['x'],
        map: { a: 1 },
        flag: true,
        either: '50%',
        maybe: null,
      };
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'good', { ...good, when: '2020-01-01T00:00:00Z', bytes: 'eA==' }));
      const bad: Record<string, unknown>[] = [
        {},
        { size: '1' },
        { size: 0 },
        { size: 11 },
        { size: 1.5 },
        { size: 1, word: 'a' },
        { size: 1, word: 'abcde' },
        { size: 1, word: 'A1' },
        { size: 1, color: 'blue' },
        { size: 1, list: [] },
        { size: 1, list: ['a', 'b', 'c'] },
        { size: 1, list: [1] },
        { size: 1, map: { a: 'x' } },
        { size: 1, map: { a: 1, b: 2 } },
        { size: 1, flag: 'yes' },
        { size: 1, either: true },
        { size: 1, flag: null },
        { size: 1, ratio: 0.3 },
        { size: 1, when: 'yesterday' },
        { size: 1, bytes: '!' },
      ];
      for (const spec of bad) await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'bad', spec));
      // Several complaints come in the order of a Go map: none.
      const { body } = await k.post(
        `@${k.group}/v1/widgets`,
        widget(k.group, 'bad', { size: 'x', color: 'blue', flag: 1 }),
        {},
        { compare: 'reason' },
      );
      k.note('all complaints', body.details.causes.map((cause: { message: string }) => cause.message).sort());
    },
  },
  {
    name: 'unknown fields are pruned, and warned about or refused when asked',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets`;
      await k.post(path, widget(k.group, 'a', { size: 1, unknown: { deep: 1 } }, { alsoUnknown: 1 }));
      await k.post(path, widget(k.group, 'b', { size: 1, unknown: 1 }), { fieldValidation: 'Strict' });
      await k.post(path, widget(k.group, 'c', { size: 1, unknown: 1 }), { fieldValidation: 'Ignore' });
      await k.mergePatch(`${path}/a`, { spec: { other: 1 } }, {}, { compare: 'status' });
      await k.get(`${path}/a`);
    },
  },
  {
    name: 'unknown fields stay where the schema says so',
    async run(k) {
      const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      await serve(k, {
        schema: withSpec({
          free,
          embedded: { ...free, 'x-kubernetes-embedded-resource': true },
          partly: { ...free, properties: { n: { type: 'integer' } } },
        }),
      });
      const embedded = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', unknown: 1 }, data: { a: 'b' } };
      await k.post(
        `@${k.group}/v1/widgets`,
        widget(k.group, 'a', { free: { any: [1, { thing: null }] }, partly: { n: 1, m: 'x' }, embedded }),
        {},
      );
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'b', { embedded: { no: 'kind' } }));
    },
  },
  {
    name: 'defaults of the schema are filled in on write and on read',
    async run(k) {
      const schema = withSpec({
        size: { type: 'integer', default: 3 },
        nested: { type: 'object', default: {}, properties: { name: { type: 'string', default: 'n' } } },
        list: { type: 'array', items: { type: 'object', properties: { on: { type: 'boolean', default: true } } } },
        nulled: { type: 'string', default: 'd' },
      });
      await serve(k, { schema });
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { list: [{}, { on: false }], nulled: null }));
      await k.get(`@${k.group}/v1/widgets/a`);
    },
  },
  {
    name: 'an empty object stays empty, unlike a built-in kind',
    async run(k) {
      await serve(k, {
        schema: withSpec({
          map: { type: 'object', additionalProperties: { type: 'string' } },
          list: { type: 'array', items: { type: 'string' } },
        }),
      });
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { map: {}, list: [] }));
    },
  },
  {
    name: 'printer columns make the Table',
    differs: ownWords,
    async run(k) {
      const columns = [
        { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'how big' },
        { name: 'Synced', type: 'string', jsonPath: '.status.conditions[?(@.type=="Synced")].status' },
        { name: 'Wide', type: 'string', jsonPath: '.metadata.labels.wide', priority: 1 },
        { name: 'Born', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ];
      await serve(k, { columns, status: true });
      const path = `@${k.group}/v1/widgets`;
      await k.post(path, widget(k.group, 'a', { size: 1 }));
      await k.post(path, { ...widget(k.group, 'b', {}), metadata: { name: 'b', labels: { wide: 'yes' } } });
      await k.mergePatch(`${path}/a/status`, {
        status: {
          conditions: [
            { type: 'Other', status: 'x' },
            { type: 'Synced', status: 'True' },
          ],
        },
      });
      await k.get(path, {}, as('Table'));
      await k.get(`${path}/a`, { includeObject: 'None' }, as('Table'));
    },
  },
  {
    name: 'without printer columns the Table has name and age',
    differs: ownWords,
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.get(`@${k.group}/v1/widgets`, {}, as('Table'));
      await k.get(`@${k.group}/v1/widgets/a`, {}, as('PartialObjectMetadata'));
    },
  },
  {
    name: 'selectable fields can be selected, others cannot',
    async run(k) {
      const path = `@${k.group}/v1/widgets`;
      await serve(k, {
        schema: withSpec({ color: { type: 'string' }, size: { type: 'integer' } }),
        selectable: ['.spec.color', '.spec.size'],
      });
      await k.post(path, widget(k.group, 'a', { color: 'red', size: 1 }), {}, { compare: 'status' });
      await k.post(path, widget(k.group, 'b', { color: 'blue' }), {}, { compare: 'status' });
      for (const fieldSelector of [
        'spec.color=red',
        'spec.color!=red',
        'spec.size=1',
        'metadata.name=b',
        'spec.other=1',
        'spec.color=',
      ]) {
        const { status, body } = await k.get(path, { fieldSelector }, { compare: 'nothing' });
        k.note(fieldSelector, status === 200 ? body.items.map((item: { metadata: { name: string } }) => item.metadata.name) : body);
      }
    },
  },
  {
    name: 'CEL rules of a schema are checked',
    async run(k) {
      await serve(k, {
        schema: withSpec(
          { size: { type: 'integer' } },
          { 'x-kubernetes-validations': [{ rule: 'self.size < 10', message: 'too big' }] },
        ),
      });
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 11 }), {}, { compare: 'reason' });
    },
    differs: [{ at: /status|reason/, because: 'the sandbox evaluates no CEL: rules are stored and not enforced' }],
  },
];
