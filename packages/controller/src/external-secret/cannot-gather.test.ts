import { externalSecretMarks, readExternalSecret } from '@signet/api';
import { comeBack, providerErrors } from '@signet/provider';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controllerErrors } from '../errors.ts';
import { CannotGather } from './cannot-gather.ts';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { ScriptedSources } from './testing/scripted-sources.ts';
import type { ScriptedStore, Stored } from './testing/scripted-sources.ts';

const demand = { notBefore: 0, urgent: true };

interface Given {
  readonly data?: readonly object[];
  readonly dataFrom?: readonly object[];
  readonly values?: Readonly<Record<string, Stored>>;
  readonly stores?: Readonly<Record<string, ScriptedStore>>;
  readonly deletionPolicy?: string | undefined;
  readonly optional?: string;
}

async function gathered({ data = [], dataFrom = [], values = {}, stores, deletionPolicy, optional }: Given): Promise<Gathered> {
  const es = readExternalSecret({
    metadata: {
      name: 'db',
      namespace: 'web',
      ...(optional !== undefined && { annotations: { [externalSecretMarks.optional]: optional } }),
    },
    spec: { secretStoreRef: { name: 'vault' }, target: { deletionPolicy }, data, dataFrom },
  });
  return gather(es, new ScriptedSources(stores ?? { vault: { values } }), demand, new AbortController().signal);
}

async function failing(given: Given): Promise<CannotGather> {
  const error: unknown = await gathered(given).catch((thrown: unknown) => thrown);
  if (error instanceof CannotGather) return error;
  throw new Error('it did not fail as it should');
}

const item = (secretKey: string, key: string, rest: object = {}): object => ({ secretKey, remoteRef: { key, ...rest } });
const items = (count: number, key: (index: number) => string): object[] =>
  Array.from({ length: count }, (_, index) => item(`k${index}`, key(index)));
const store = 'SecretStore "vault"';

// Promise 2: status tells the truth.
describe('the message names the item, its key, the store and the cause', () => {
  const denied = providerErrors.ACCESS_DENIED({ because: 'HTTP 403' });
  test.each<[name: string, given: Given, message: string]>([
    [
      'denied',
      { data: [item('a', 'ok'), item('b', 'db/password')], values: { ok: 'x', 'db/password': denied } },
      `spec.data[1] (key "db/password"): access denied by ${store}: HTTP 403`,
    ],
    ['missing', { data: [item('a', 'nope')] }, `spec.data[0] (key "nope"): does not exist (${store})`],
    [
      'property',
      { data: [item('a', 'o', { property: 'p' })], values: { o: {} } },
      `spec.data[0] (key "o"): has no property p (${store})`,
    ],
    [
      'extract',
      { dataFrom: [{ extract: { key: 'o' } }], values: { o: 'text' } },
      `spec.dataFrom[0] (key "o"): the value is not a JSON object (${store})`,
    ],
    [
      'find',
      { dataFrom: [{ find: {} }], stores: { vault: { calls: providerErrors.UNSUPPORTED({ what: 'find', store: 'webhook' }) } } },
      `spec.dataFrom[0]: webhook cannot find (${store})`,
    ],
    [
      'our own',
      { data: [{ secretKey: 'a', remoteRef: { key: 'k' }, sourceRef: { generatorRef: { kind: 'UUID', name: 'u' } } }] },
      'spec.data[0] (key "k"): sourceRef.generatorRef cannot be used here: generators are for dataFrom',
    ],
  ])('%s', async (_, given, message) => {
    expect((await failing(given)).message).toBe(message);
  });

  test('every failing item is told, several of one cause together', async () => {
    const data = [item('a', 'x'), item('b', 'ok'), item('c', 'y'), item('d', 'x', { property: 'p' })];
    const { message, failures } = await failing({ data, values: { ok: '1' } });
    expect(message).toBe(
      `spec.data[0], spec.data[3] (key "x"): does not exist (${store}); spec.data[2] (key "y"): does not exist (${store})`,
    );
    expect(failures.map(({ source }) => source)).toEqual(['spec.data[0]', 'spec.data[2]', 'spec.data[3]']);
  });

  test('a store that fails as a whole is told once', async () => {
    const calls = providerErrors.UNAVAILABLE({ because: 'ECONNREFUSED' });
    const { message, failures } = await failing({ data: items(20, (index) => `k${index}`), stores: { vault: { calls } } });
    expect(message).toBe(
      `spec.data[0], spec.data[1], spec.data[2] and 17 more: the backend is not available: ECONNREFUSED (${store})`,
    );
    expect(failures).toHaveLength(20);
  });

  test('a store that names itself is not named again', async () => {
    const opening = providerErrors.INVALID_CONFIG({ field: store, because: 'it is not ready' });
    expect((await failing({ data: [item('a', 'k')], stores: { vault: { opening } } })).message).toBe(
      `spec.data[0]: ${store}: it is not ready`,
    );
  });

  test('two stores that fail are both told', async () => {
    const other = { sourceRef: { storeRef: { name: 'aws' } } };
    const calls = providerErrors.UNAVAILABLE({ because: 'x' });
    const { message } = await failing({
      data: [item('a', 'k'), { ...item('b', 'k'), ...other }],
      stores: { vault: { calls }, aws: { calls } },
    });
    expect(message).toContain('SecretStore "vault"');
    expect(message).toContain('SecretStore "aws"');
  });

  test('ten are told, and how many more there are', async () => {
    const { message } = await failing({ data: items(25, (index) => `k${index}`) });
    expect(message.split('; ')).toHaveLength(11);
    expect(message).toMatch(/; and 15 more$/);
  });

  test('long keys are cut', async () => {
    const { message } = await failing({ data: items(25, (index) => `${index}${'x'.repeat(100_000)}`) });
    expect(message.length).toBeLessThan(10 * 600);
  });
});

// Promise 9: no secret leaves by the side door.
describe('an error that no catalogue made', () => {
  test('is not quoted; the place it came from is told', async () => {
    const { message, failures } = await failing({ data: [item('a', 'k')], values: { k: new TypeError('bad value hunter2') } });
    expect(message).toMatch(/^spec\.data\[0\] \(key "k"\): unexpected TypeError at cannot-gather\.test\.ts:\d+ /);
    expect(JSON.stringify(failures)).not.toContain('hunter2');
    expect(failures[0]?.trouble).toBe('unavailable');
  });
});

describe('what to do about it', () => {
  const errors = {
    missing: providerErrors.NOT_FOUND({ key: 'k' }),
    denied: providerErrors.ACCESS_DENIED({ because: 'x' }),
    throttled: comeBack(providerErrors.THROTTLED({ because: 'x' }), 7000),
    unavailable: comeBack(providerErrors.UNAVAILABLE({ because: 'x' }), 3000),
    invalid: providerErrors.NOT_AN_OBJECT({ key: 'k' }),
  };
  type Name = keyof typeof errors;
  const of = async (names: readonly Name[]): Promise<CannotGather> =>
    failing({ data: names.map((name) => item(name, name)), values: errors });

  test.each<[names: readonly Name[], worst: Name]>([
    [['missing'], 'missing'],
    [['missing', 'invalid'], 'invalid'],
    [['denied', 'missing', 'invalid'], 'denied'],
    [['throttled', 'denied'], 'throttled'],
    [['missing', 'throttled', 'unavailable', 'denied'], 'unavailable'],
  ])('%j: the worst is %s', async (names, worst) => {
    expect((await of(names)).trouble).toBe(worst);
  });

  test('the longest wait that was asked for counts', async () => {
    expect((await of(['unavailable', 'throttled', 'denied'])).retryAfterMs).toBe(7000);
    expect((await of(['denied'])).retryAfterMs).toBeUndefined();
  });

  test.each([
    [controllerErrors.STORE_NOT_READY({ store, because: 'x' }), 'unavailable'],
    [controllerErrors.STORE_CLOSED({ store }), 'unavailable'],
    [controllerErrors.STORE_MISSING({ store }), 'invalid'],
    [controllerErrors.STORE_REFUSES({ because: 'x' }), 'invalid'],
    [providerErrors.CREDENTIALS_MISSING({ what: 'Secret "x"', because: 'y' }), 'invalid'],
  ])('a store that says %s is %s', async (opening, trouble) => {
    expect((await failing({ data: [item('a', 'k')], stores: { vault: { opening } } })).trouble).toBe(trouble);
  });

  test('what the spec asks for wrongly is invalid, whatever the store', async () => {
    expect((await failing({ data: [item('a', 'k', { decodingStrategy: 'Base64' })], values: { k: '!' } })).trouble).toBe('invalid');
    const rewrite = [{ transform: { template: '{{ fail "x" }}' } }];
    expect((await failing({ dataFrom: [{ extract: { key: 'k' }, rewrite }], values: { k: { a: 1 } } })).trouble).toBe('invalid');
  });
});

// Source: external-secrets v2.9 deletionPolicy and secrets that do not exist.
describe('external acceptance 13: a secret that is missing', () => {
  const data = [item('a', 'there'), item('b', 'nope')];
  const dataFrom = [{ extract: { key: 'none' } }];
  const values = { there: '1' };

  test.each(['Delete', 'Merge'])('deletionPolicy %s leaves it out', async (deletionPolicy) => {
    const { data: got, missing } = await gathered({ data, dataFrom, values, deletionPolicy });
    expect([...got.keys()]).toEqual(['a']);
    expect(missing).toEqual([
      { source: 'spec.dataFrom[0]', key: 'none', store },
      { source: 'spec.data[1]', key: 'nope', store },
    ]);
  });

  test.each(['Retain', undefined])('deletionPolicy %s makes it an error', async (deletionPolicy) => {
    expect((await failing({ data, dataFrom, values, deletionPolicy })).failures.map(({ source }) => source)).toEqual([
      'spec.dataFrom[0]',
      'spec.data[1]',
    ]);
  });

  test('all of them missing is an empty map', async () => {
    expect((await gathered({ dataFrom, deletionPolicy: 'Delete' })).data.size).toBe(0);
  });

  test.each(['Delete', 'Merge', 'Retain'])('deletionPolicy %s: a property that is missing is an error', async (deletionPolicy) => {
    const { message } = await failing({ data: [item('a', 'o', { property: 'p' })], values: { o: {} }, deletionPolicy });
    expect(message).toContain('(key "o"): has no property p');
  });

  test('a key that is missing in data leaves the one of dataFrom', async () => {
    const given = { dataFrom: [{ extract: { key: 'o' } }], data: [item('a', 'nope')], values: { o: { a: '1' } } };
    expect((await gathered({ ...given, deletionPolicy: 'Merge' })).data.size).toBe(1);
  });
});

// Ours: external-secrets issues 2199, 1834, 3004.
describe('an item that is optional by annotation', () => {
  const data = [item('a', 'there'), item('b', 'nope'), item('c', 'o', { property: 'p' })];
  const dataFrom = [{ extract: { key: 'none' } }];
  const values = { there: '1', o: {} };

  test('may be missing, and so may its property', async () => {
    const { data: got, missing } = await gathered({ data, dataFrom, values, optional: 'b, c,dataFrom[0]' });
    expect([...got.keys()]).toEqual(['a']);
    expect(missing.map(({ source }) => source)).toEqual(['spec.dataFrom[0]', 'spec.data[1]', 'spec.data[2]']);
  });

  test.each(['b,c', 'dataFrom[0]', 'a', '', 'dataFrom', 'dataFrom[1]', 'B,C,dataFrom[00]'])(
    '%j leaves others required',
    async (optional) => {
      await expect(gathered({ data, dataFrom, values, optional })).rejects.toThrow(CannotGather);
    },
  );

  test('may be missing, but not denied', async () => {
    const denied = providerErrors.ACCESS_DENIED({ because: 'x' });
    expect((await failing({ data: [item('a', 'k')], values: { k: denied }, optional: 'a' })).trouble).toBe('denied');
  });
});

// Promise 1: all or nothing.
test('either everything that is there comes, or an error that names all that failed', async () => {
  const states = fc.constantFrom('there', 'missing', 'denied');
  await fc.assert(
    fc.asyncProperty(fc.array(states, { maxLength: 12 }), fc.constantFrom('Retain', 'Delete'), async (given, deletionPolicy) => {
      const values = Object.fromEntries(
        given.flatMap((state, index): [string, Stored][] => {
          if (state === 'missing') return [];
          return [[`k${index}`, state === 'there' ? 'x' : providerErrors.ACCESS_DENIED({ because: 'x' })]];
        }),
      );
      const fails = given.filter((state) => state === 'denied' || (state === 'missing' && deletionPolicy === 'Retain')).length;
      const asked = gathered({ data: items(given.length, (index) => `k${index}`), values, deletionPolicy });
      const outcome = await asked.then(
        ({ data }) => ({ keys: data.size, failures: 0 }),
        (error: unknown) => ({ keys: 0, failures: error instanceof CannotGather ? error.failures.length : -1 }),
      );
      const there = given.filter((state) => state === 'there').length;
      expect(outcome).toEqual({ keys: fails > 0 ? 0 : there, failures: fails });
    }),
  );
});

test('who gives up gets the reason of the signal, and no failures', async () => {
  const es = readExternalSecret({
    metadata: { name: 'db', namespace: 'web' },
    spec: { secretStoreRef: { name: 'vault' }, data: [item('a', 'k')] },
  });
  const reason = new Error('stopping');
  const asked = gather(es, new ScriptedSources({ vault: {} }), demand, AbortSignal.abort(reason));
  await expect(asked).rejects.toBe(reason);
});
