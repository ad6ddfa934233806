import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../kinds/definition.ts';
import { applyDefaults } from './defaults.ts';
import { hasFormat } from './formats.ts';
import { canonicalText, clone, compareText, equal } from './json.ts';
import { patternOf } from './pattern.ts';
import { prune } from './prune.ts';
import { validate } from './validate.ts';

const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const scalar = fc.oneof(fc.constantFrom('1', '2'), fc.integer(), fc.boolean(), fc.constant(null));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 3 }, scalar, fc.dictionary(key, tie('json')), fc.array(tie('json'), { maxLength: 3 })),
}));

const { schema: schemas } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record(
      { type: fc.constant('string' as const), default: fc.constantFrom('1', '2'), nullable: fc.boolean() },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('array' as const), items: tie('schema') }),
    fc.record({ type: fc.constant('object' as const), additionalProperties: tie('schema') }),
    fc.record(
      {
        type: fc.constant('object' as const),
        properties: fc.dictionary(key, tie('schema')),
        'x-kubernetes-preserve-unknown-fields': fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
  ),
}));

describe('properties', () => {
  test('pruning twice is pruning once, and finds nothing more', () => {
    fc.assert(
      fc.property(schemas, json, (schema, value) => {
        const once = prune(schema, value);
        const twice = prune(schema, once.value);
        return equal(twice.value, once.value) && twice.unknown.length === 0;
      }),
    );
  });

  test('defaulting twice is defaulting once', () => {
    fc.assert(
      fc.property(schemas, json, (schema, value) => {
        const once = applyDefaults(schema, value);
        return equal(applyDefaults(schema, once), once);
      }),
    );
  });

  test('neither changes what it was given', () => {
    fc.assert(
      fc.property(schemas, json, (schema, value) => {
        const before = clone(value);
        prune(schema, value);
        applyDefaults(schema, value);
        return equal(before, value);
      }),
    );
  });

  test('validation never throws', () => {
    fc.assert(fc.property(schemas, json, (schema, value) => Array.isArray(validate(schema, value))));
  });

  test('equal values have equal text', () => {
    fc.assert(fc.property(json, json, (a, b) => equal(a, b) === (canonicalText(a) === canonicalText(b))));
  });

  test('text is compared as Go compares bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        return Math.sign(compareText(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b));
      }),
    );
  });
});

// Source: RE2 syntax, as CustomResourceDefinitions use it.
describe('patterns', () => {
  const rows = [
    ['^[a-z]+$', 'abc', true],
    ['(?i)^abc$', 'ABC', true],
    ['^[[:alpha:]]+$', 'aBc', true],
    ['^[[:alpha:]]+$', 'a1', false],
    ['\\Aab\\z', 'ab', true],
    ['\\Aab\\z', 'abc', false],
    ['^\\pL+$', 'ü', true],
    ['^(?P<first>a)\\-b$', 'a-b', true],
    ['b', 'abc', true],
  ] as const;

  test.each(rows)('%s on %s: %s', (pattern, text, expected) => {
    expect(patternOf(pattern).test(text)).toBe(expected);
  });

  test('what is none', () => {
    expect(() => patternOf('(')).toThrow(SyntaxError);
    expect(() => patternOf('(')).toThrow(SyntaxError);
  });
});

// Source: the formats CustomResourceDefinitions support (API reference of JSONSchemaProps.format).
describe('formats', () => {
  const rows = [
    ['uri', 'https://example.com/x?y', true],
    ['uri', '/path', true],
    ['uri', 'no uri', false],
    ['email', 'a@example.com', true],
    ['email', 'a', false],
    ['hostname', 'a.example.com', true],
    ['hostname', '-a', false],
    ['ipv4', '10.0.0.1', true],
    ['ipv4', '10.0.0.256', false],
    ['ipv6', '::1', true],
    ['cidr', '10.0.0.0/8', true],
    ['cidr', '10.0.0.0/33', false],
    ['cidr', '10.0.0.0', false],
    ['mac', '00:11:22:33:44:55', true],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', true],
    ['uuid4', '123e4567-e89b-12d3-a456-426614174000', false],
    ['byte', 'aGVsbG8=', true],
    ['byte', 'aGVsbG8', false],
    ['date', '2026-02-28', true],
    ['date', '2026-02-30', false],
    ['date-time', '2026-02-28T12:00:00.5+01:00', true],
    ['date-time', '2026-02-28', false],
    ['duration', '5m', true],
    ['duration', 'soon', false],
    ['k8s-short-name', 'a-b', true],
    ['k8s-short-name', 'A', false],
    ['password', 'anything', true],
    ['constructor', 'anything', true],
  ] as const;

  test.each(rows)('%s: %s is %s', (format, text, expected) => {
    expect(hasFormat(text, format)).toBe(expected);
  });
});
