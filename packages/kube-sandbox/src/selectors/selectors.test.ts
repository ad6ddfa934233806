import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../kinds/built-in.ts';
import type { KindDefinition } from '../kinds/definition.ts';
import { StatusError } from '../server/status-error.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

// Source: Kubernetes documentation, "Labels and Selectors".
describe('label selectors', () => {
  const labels = { app: 'web', tier: 'front', 'example.com/n': '3', empty: '' };
  const rows = [
    ['', true],
    ['app', true],
    ['!app', false],
    ['nothing', false],
    ['!nothing', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web', true],
    ['app=other', false],
    ['app!=web', false],
    ['nothing!=web', true],
    ['empty=', true],
    ['app=', false],
    ['app in (web,api)', true],
    ['app in (api)', false],
    ['nothing in (web)', false],
    ['app notin (api, db)', true],
    ['app notin (web)', false],
    ['nothing notin (web)', true],
    ['empty in (,x)', true],
    ['example.com/n>2', true],
    ['example.com/n > 3', false],
    ['example.com/n<4', true],
    ['app>1', false],
    ['app=web,tier=front', true],
    ['app=web,tier=back', false],
    ['app in (web,api),tier notin (back),!gone', true],
  ] as const;

  test.each(rows)('%s -> %s', (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  test.each(['a in', 'a in (', 'a in (b', 'a=b=c', ',', 'a,', '-a=b', 'a>x', '(a)'])('%s is refused', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(StatusError);
  });
});

describe('field selectors', () => {
  const secrets = builtInKinds.find((kind) => kind.plural === 'secrets') as KindDefinition;
  const widgets: KindDefinition = { ...secrets, custom: true, plural: 'widgets', selectableFields: ['.spec.colour'] };
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a,b', namespace: 'n' },
    type: 'Opaque',
    spec: { colour: 'red' },
  };

  test.each([
    [secrets, 'metadata.namespace=n', true],
    [secrets, 'metadata.name=a\\,b', true],
    [secrets, 'type=Opaque', true],
    [secrets, 'type!=Opaque', false],
    [secrets, 'metadata.namespace==n,type!=x', true],
    [widgets, 'spec.colour=red', true],
    [widgets, 'spec.colour!=red', false],
  ] as const)('%#: %s', (kind, selector, expected) => {
    expect(parseFieldSelector(selector, kind).matches(object)).toBe(expected);
  });

  test.each(['data=x', 'metadata.uid=x', 'metadata.name'])('%s is refused for secrets', (selector) => {
    expect(() => parseFieldSelector(selector, secrets)).toThrow(StatusError);
  });
});
