import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotations, brokenItems, isMarked, readSealedSecret } from './index.ts';

// Source of the leniencies: old kubeseal output (sealed-secrets #954, #955) and one broken object in a LIST (#505).
describe('reading leniently', () => {
  const rows = [
    ['nothing at all', undefined, {}],
    ['spec: null', { spec: null }, {}],
    ['encryptedData: null', { spec: { encryptedData: null } }, {}],
    ['encryptedData: a list', { spec: { encryptedData: ['x'] } }, {}],
    ['a number among the items', { spec: { encryptedData: { a: 'AgA', b: 7 } } }, { a: 'AgA' }],
    ['a null among the items', { spec: { encryptedData: { a: 'AgA', b: null } } }, { a: 'AgA' }],
  ] as const;
  test.each(rows)('%s', (_, object, items) => {
    expect(readSealedSecret(object).spec.encryptedData).toEqual(items);
  });

  test('the nulls old kubeseal wrote are absences', () => {
    const sealed = readSealedSecret({
      metadata: { name: 'db', namespace: 'web', creationTimestamp: null, annotations: null },
      spec: { encryptedData: {}, template: { metadata: { creationTimestamp: null, labels: null }, data: null, type: 'Opaque' } },
      status: {},
    });
    expect(sealed.metadata).toEqual({ name: 'db', namespace: 'web' });
    expect(sealed.spec.template).toEqual({ metadata: {}, type: 'Opaque' });
    expect(sealed.status).toEqual({});
  });

  test('broken items are named, sorted', () => {
    expect(brokenItems({ spec: { encryptedData: { z: 1, a: {}, ok: 'AgA' } } })).toEqual(['a', 'z']);
  });

  test('an empty spec.data is still legacy mode', () => {
    expect(readSealedSecret({ spec: { data: '' } }).spec.data).toBe('');
    expect(readSealedSecret({ spec: { data: null } }).spec.data).toBeUndefined();
  });

  test('unknown fields of template metadata and status survive', () => {
    const sealed = readSealedSecret({
      spec: { template: { metadata: { annotations: { a: 'b' }, foo: 1 } } },
      status: { other: true },
    });
    expect(sealed.spec.template?.metadata).toEqual({ annotations: { a: 'b' }, foo: 1 });
    expect(sealed.status).toEqual({ other: true });
  });

  test('a half-written produced mark is no mark', () => {
    expect(readSealedSecret({ status: { produced: { uid: 'u' } } }).status?.produced).toBeUndefined();
  });

  test('keys of a produced mark are texts; anything else is left out, and the mark stays', () => {
    const mark = { uid: 'u', resourceVersion: '1', scope: 'strict' };
    const read = (keys: unknown): unknown => readSealedSecret({ status: { produced: { ...mark, keys } } }).status?.produced;
    expect(read(['SHA256:a', 7, null, 'SHA256:b'])).toEqual({ ...mark, keys: ['SHA256:a', 'SHA256:b'] });
    expect(read('SHA256:a')).toEqual(mark);
    expect(read(null)).toEqual(mark);
  });

  test('no JSON makes it throw', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => readSealedSecret({ metadata: value, spec: value, status: value }).kind === 'SealedSecret',
      ),
    );
  });
});

describe('keys that name properties of Object.prototype', () => {
  const object: unknown = JSON.parse('{"spec":{"encryptedData":{"__proto__":"AgA","constructor":"AgB","x":{"y":1}}}}');

  test('are items like any other', () => {
    const items = readSealedSecret(object).spec.encryptedData;
    expect(Object.entries(items).toSorted()).toEqual([
      ['__proto__', 'AgA'],
      ['constructor', 'AgB'],
    ]);
    expect(Object.getPrototypeOf(items)).toBe(Object.prototype);
  });

  test('are no marks', () => {
    expect(isMarked({}, 'constructor')).toBe(false);
    expect(isMarked(undefined, annotations.managed)).toBe(false);
  });
});

// Source: sealed-secrets v0.38 behaviour, "honoured only for exactly true".
test.each([
  ['true', true],
  ['TRUE', false],
  ['false', false],
  ['', false],
])('annotation value %j counts: %s', (value, expected) => {
  expect(isMarked({ [annotations.managed]: value }, annotations.managed)).toBe(expected);
});
