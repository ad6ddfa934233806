import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { decideResource } from './decide-resource.ts';
import { external, fetched, foreign, making, readFrom } from './testing/target-objects.ts';

// Promise 9: no secret leaves by the side door. What is decided is told in statuses, events and logs.

/** Templates that fail, or warn, over what is fetched. */
const templates: readonly object[] = [
  { data: { a: '{{ .value | fromJson }}{{ .missing }}' } },
  { data: { a: '{{ .value.inner }}' } },
  { data: { a: '{{ fail .value }}' } },
  { data: { a: '{{ index .value 1000000 }}' } },
  { data: { a: '{{ .value | mustFromJson }}' } },
  { data: { a: '{{ .value | pkcs12key }}' } },
  { data: { a: '{{ .value | jwkPublicKeyPem }}' } },
  { data: { a: '{{ template .value }}' } },
  { metadata: { labels: { a: '{{ .value | int | div 1 }}{{ .missing }}' } } },
  { templateFrom: [{ literal: '{{ .value }}: [' }] },
  { templateFrom: [{ literal: '{{ .value }}' }] },
  { templateFrom: [{ literal: 'a: {{ .value }}\n b' }] },
  { templateFrom: [{ literal: '{{ .value }}: yes' }] },
  { templateFrom: [{ literal: 'a: "{{ .value }}!"', valuesDecodingStrategy: 'Base64' }] },
  { templateFrom: [{ literal: '"{{ .value }}": {x: 1}' }] },
  {
    type: 'kubernetes.io/service-account-token',
    metadata: { annotations: { 'kubernetes.io/service-account.name': '{{ .value }}' } },
  },
];

const canary = fc.stringMatching(/^CANARY[A-Za-z0-9:{},"' -]{0,30}CANARY$/);

test('what is told of a template that fails, or of a Secret that is refused, holds no value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...templates), canary, async (template, value) => {
      const observed = making({ es: external({ target: { template } }), data: fetched({ value }), live: foreign() });
      const {
        secret: _,
        instead: __,
        ...told
      } = { secret: undefined, instead: undefined, ...(await decide(observed, readFrom())) };
      expect(
        JSON.stringify({ ...told, origins: 'origins' in told ? [...told.origins].filter(([key]) => key === 'a') : [] }),
      ).not.toContain('CANARY');
    }),
    { numRuns: 300 },
  );
});

test('nor does what is told of a target of another kind', async () => {
  const manifest = { apiVersion: 'example.com/v1', kind: 'Site' };
  const paths = [
    ...templates,
    { templateFrom: [{ literal: '{{ .value }}', target: 'metadata.name' }] },
    {
      templateFrom: [
        { literal: '"{{ .value }}"', target: 'spec.a[0]' },
        { literal: 'x: 1', target: 'spec.a.b' },
      ],
    },
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), canary, async (template, value) => {
      const es = external({ target: { manifest, template } });
      const decision = await decideResource(
        { es, data: fetched({ value }), live: undefined, now: () => 0, allowsGenericTargets: true },
        readFrom(),
      );
      const { object: _, ...told } = { object: undefined, ...decision };
      expect(JSON.stringify(told)).not.toContain('CANARY');
    }),
    { numRuns: 300 },
  );
});

test('nor do the values of a live Secret that is refused', async () => {
  const live = foreign({
    metadata: { deletionTimestamp: '2026-11-21T00:00:00Z' },
    data: { value: Buffer.from('CANARY').toString('base64') },
  });
  const decision = await decide(making({ es: external(), live, data: fetched({ a: 'CANARY' }) }), readFrom());
  expect(decision.do).toBe('refuse');
  expect(JSON.stringify(decision)).not.toMatch(/CANARY|Q0FOQVJZ/);
});
