import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metadataDocument, secretDocument } from './secret-document.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const data = new Map([
  ['user', bytes('admin')],
  ['file.json', bytes('{"a":1}')],
  ['config', bytes('{"db":{"password":"s3cret","ports":[1,2]},"plain":"x & <y>","n":1.50}')],
  ['binary', Uint8Array.of(0xff, 0x00, 0xfe)],
]);
const secret = secretDocument('db', data);

// Source: behaviour of external-secrets v2.9 for the kubernetes provider.
describe('one value', () => {
  test.each([
    ['a key of the data', 'user', 'admin'],
    ['a key that has a dot', 'file.json', '{"a":1}'],
    ['a path into the JSON of a key', 'config.db.password', 's3cret'],
    ['an element of a list', 'config.db.ports.1', '2'],
    ['an object as it was written', 'config.db', '{"password":"s3cret","ports":[1,2]}'],
    ['a number as gjson prints it', 'config.n', '1.5'],
  ])('%s', (_title, property, expected) => {
    expect(text(secret.value(property))).toBe(expected);
  });

  test('is the bytes themselves, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(secretDocument('k', new Map([['p', value]])).value('p')).toEqual(value);
      }),
    );
  });

  test('of the whole Secret is one JSON object, keys in order, nothing escaped for HTML', () => {
    const whole = secretDocument(
      'k',
      new Map([
        ['b', bytes('<&>\u2028')],
        ['a', bytes('1')],
      ]),
    );
    expect(text(whole.value(undefined))).toBe(String.raw`{"a":"1","b":"<&>\u2028"}`);
  });

  test.each(['absent', 'user.name', 'config.absent', 'config.', '.config', 'absent.path', '__proto__'])(
    '%s is no property',
    (property) => {
      expect(() => secret.value(property)).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_PROPERTY_MISSING' }));
    },
  );
});

describe('all keys', () => {
  test('are those of the data, bytes untouched', () => {
    expect(secret.values(undefined)).toEqual(data);
  });

  test('of one key are those of its JSON object; texts keep their quotes', () => {
    const values = [...secret.values('config')].map(([key, value]) => [key, text(value)]);
    expect(values).toEqual([
      ['db', '{"password":"s3cret","ports":[1,2]}'],
      ['plain', '"x & <y>"'],
      ['n', '1.5'],
    ]);
  });

  test('no object: the error has nothing of the value in it', () => {
    expect(() => secret.values('user')).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_NOT_AN_OBJECT' }));
    expect(() => secret.values('user')).not.toThrow(/admin/);
    const deep = secretDocument('k', new Map([['p', bytes(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)]]));
    expect(() => deep.values('p')).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_NOT_AN_OBJECT' }));
  });
});

describe('metadata', () => {
  const metadata = metadataDocument('db', {
    labels: { 'app.kubernetes.io/name': 'web', tier: 'gold' },
    annotations: { owner: '{"team":"blue"}' },
  });

  test.each([
    [undefined, '{"annotations":{"owner":"{\\"team\\":\\"blue\\"}"},"labels":{"app.kubernetes.io/name":"web","tier":"gold"}}'],
    ['labels', '{"app.kubernetes.io/name":"web","tier":"gold"}'],
    ['labels.tier', 'gold'],
    ['labels.app.kubernetes.io/name', 'web'],
    ['annotations.owner.team', 'blue'],
  ])('%s', (property, expected) => {
    expect(text(metadata.value(property))).toBe(expected);
  });

  test('that is not there reads as null, as Go writes it', () => {
    expect(text(metadataDocument('db', {}).value(undefined))).toBe('{"annotations":null,"labels":null}');
  });

  test.each(['name', 'labels.absent', 'labels.tier.x', 'toString'])('%s is no property', (property) => {
    expect(() => metadata.value(property)).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_PROPERTY_MISSING' }));
  });

  test('all keys are labels and annotations', () => {
    expect([...metadata.values(undefined).keys()].toSorted()).toEqual(['annotations', 'labels']);
    expect(text(metadata.values('labels').get('tier') ?? bytes(''))).toBe('"gold"');
  });
});
