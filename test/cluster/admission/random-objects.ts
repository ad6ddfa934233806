import * as fc from 'fast-check';

/** Nearly always what is meant, sometimes null, sometimes something else. */
function odd(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 600, arbitrary: value },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(7, true, 'text', {}, []) },
  );
}

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** An object of fields that may be missing, and of such that seldom are. */
function object(required: Fields, optional: Fields = {}): fc.Arbitrary<object> {
  const fields = Object.fromEntries(Object.entries({ ...required, ...optional }).map(([name, value]) => [name, odd(value)]));
  const whole = fc.record(fields, { requiredKeys: Object.keys(required) });
  return fc.oneof({ weight: 250, arbitrary: whole }, { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) });
}

const list = (entry: fc.Arbitrary<unknown>, maxLength = 2): fc.Arbitrary<unknown[]> => fc.array(odd(entry), { maxLength });
const mostly = <T>(good: fc.Arbitrary<T>, ...bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 100, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
const word = (...words: readonly string[]): fc.Arbitrary<string> => mostly(fc.constantFrom(...words), 'Unheard', '');

const name = mostly(fc.constantFrom('vault', 'a.b', 'x-1'), 'Vault', '', 'a.');
const key = mostly(fc.constantFrom('a', 'b', 'c', '_.-Z9'), 'd/e', '');
const text = fc.constantFrom('a', '', 'x/y', '{{ .value }}');
const duration = mostly(fc.constantFrom('0', '1h', '5m', '1.5s', '1h0m0s'), '-5m', '1y', '', '2562048h', '1h30');

const strategies = {
  decodingStrategy: word('Auto', 'Base64', 'Base64URL', 'None'),
  conversionStrategy: word('Default', 'Unicode'),
  nullBytePolicy: word('Ignore', 'Fail'),
};
const storeRef = object({}, { name, kind: word('SecretStore', 'ClusterSecretStore') });
const generatorRef = object({ kind: word('UUID', 'Fake'), name }, { apiVersion: text });
/** One of these alone, seldom none or several. */
const oneOf = (choices: Fields): fc.Arbitrary<object> =>
  fc.oneof(...Object.entries(choices).map(([name, value]) => ({ weight: 20, arbitrary: object({ [name]: value }) })), {
    weight: 1,
    arbitrary: object({}, choices),
  });
const both = (one: fc.Arbitrary<object>, other: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(one, other).map(([a, b]) => ({ ...a, ...b }));

const sourceRef = oneOf({ storeRef, generatorRef });
const remoteKey = object({ key: text }, { property: text, version: text, metadataPolicy: word('None', 'Fetch'), ...strategies });
const rewrite = oneOf({
  regexp: object({ source: text, target: text }),
  transform: object({ template: text }),
  merge: object({}, { into: text, priority: list(text), strategy: word('Extract', 'JSON') }),
});
const find = object({}, { path: text, name: object({}, { regexp: text }), tags: fc.dictionary(text, odd(text)), ...strategies });
const dataFrom = both(
  oneOf({ extract: remoteKey, find, sourceRef: object({ generatorRef }) }),
  fc.oneof({ weight: 30, arbitrary: object({}, { rewrite: list(rewrite) }) }, { weight: 1, arbitrary: object({ sourceRef }) }),
);
const source = object({ name, items: list(object({ key }, { templateAs: word('Values', 'KeysAndValues') })) });
const templateFrom = object(
  {},
  {
    configMap: source,
    secret: source,
    literal: text,
    target: mostly(fc.constantFrom('Data', 'labels', 'ANNOTATIONS'), 'spec.a', ''),
    valuesDecodingStrategy: word('Auto', 'None'),
  },
);
const template = object(
  {},
  {
    type: mostly(fc.constantFrom('Opaque', 'kubernetes.io/service-account-token'), 'bootstrap.kubernetes.io/token', ''),
    engineVersion: word('v2'),
    mergePolicy: word('Replace', 'Merge'),
    metadata: object(
      {},
      {
        annotations: fc.dictionary(mostly(fc.constantFrom('a', 'b', 'c'), 'kubernetes.io/service-account.name'), odd(text)),
        labels: fc.dictionary(text, odd(text)),
        finalizers: list(text),
      },
    ),
    data: fc.dictionary(text, odd(text)),
    templateFrom: list(templateFrom),
  },
);

/** `spec` of an ExternalSecret: about half of them are good, most others break one rule. */
export const randomExternalSecret: fc.Arbitrary<object> = object(
  { data: list(object({ secretKey: fc.oneof(key, fc.uuid()), remoteRef: remoteKey }, { sourceRef }), 3) },
  {
    dataFrom: list(dataFrom),
    secretStoreRef: storeRef,
    refreshPolicy: word('CreatedOnce', 'Periodic', 'OnChange'),
    refreshInterval: duration,
    syncWindows: object({
      kind: word('allow', 'deny'),
      windows: mostly(fc.array(object({ schedule: fc.constant('@daily'), duration }), { minLength: 1, maxLength: 2 }), []),
    }),
    target: object(
      {},
      {
        name,
        creationPolicy: word('Owner', 'Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'),
        deletionPolicy: word('Retain', 'Retain', 'Delete', 'Merge'),
        immutable: fc.boolean(),
        manifest: object({ apiVersion: fc.constant('v1'), kind: fc.constant('ConfigMap') }),
        template,
      },
    ),
  },
);

const regex = mostly(fc.constantFrom('^a', '.*', 'a{2}', '[[:alpha:]]', '\\pL', ''), '(', '(?=a)', 'a{1001}', '\\8');

/** `spec` of a store: about half of them are good, most others break one rule. */
export const randomSecretStore: fc.Arbitrary<object> = object(
  {
    provider: oneOf({ fake: object({}, { data: fc.jsonValue() }), vault: fc.dictionary(text, fc.jsonValue()) }).chain((provider) =>
      mostly(fc.constant(provider), { newcomer: { a: [1] } }, { ...provider, newcomer: { a: [1] } }),
    ),
  },
  {
    controller: text,
    retrySettings: object({}, { maxRetries: mostly(fc.nat(9), 2 ** 31, -1), retryInterval: duration }),
    refreshInterval: fc.oneof(duration, mostly(fc.nat(600), -1)),
    conditions: list(
      object(
        {},
        {
          namespaces: list(mostly(fc.constantFrom('web', 'team-a'), 'Web', 'a.b', '')),
          namespaceRegexes: list(regex),
          namespaceSelector: object({}, { matchLabels: fc.dictionary(text, odd(text)) }),
        },
      ),
    ),
  },
);
